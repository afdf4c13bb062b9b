// Texts and kinds of errors that the API server or the network gives.

import { expect, test } from 'vitest';
import { networkErrorOfRequest } from '../../../../src/kubernetes/api/network-error.ts';
import {
  statusErrorOfEvent,
  statusErrorOfResponse,
} from '../../../../src/kubernetes/api/status-error.ts';

const STATUS = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'services is forbidden' };

test('takes the message of a Status object', () => {
  const error = statusErrorOfResponse(403, JSON.stringify(STATUS), undefined, 'services');
  expect(error).toMatchObject({
    code: 'API_FORBIDDEN',
    status: 403,
    reason: 'Forbidden',
    message: 'services is forbidden',
    retryAfterMs: undefined,
    isExpired: false,
  });
});

test.each([
  [404, '404 page not found\n', 'the server could not find the requested resource (get services)'],
  [403, 'no\n', 'forbidden: "no"'],
  [401, '', 'the server has asked for the client to provide credentials (get services)'],
  [
    500,
    'boom',
    'an error on the server ("boom") has prevented the request from succeeding (get services)',
  ],
  [503, '{"kind":"Pod"}', 'the server is currently unable to handle the request (get services)'],
  [400, 'null', 'the server rejected our request for an unknown reason (get services)'],
])('words a bare %i as client-go does', (status, body, message) => {
  expect(statusErrorOfResponse(status, body, undefined, 'services').message).toBe(message);
});

test.each([
  ['7', 7000],
  ['0', 0],
  ['-1', undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
])('reads Retry-After %s', (header, expected) => {
  expect(statusErrorOfResponse(429, '', header, 'services').retryAfterMs).toBe(expected);
});

test('reads the Status of an ERROR event', () => {
  const details = { retryAfterSeconds: 3 };
  const error = statusErrorOfEvent({ ...STATUS, code: 410, reason: 'Expired', details });
  expect(error).toMatchObject({ status: 410, isExpired: true, retryAfterMs: 3000 });
  expect(statusErrorOfEvent(undefined)).toMatchObject({ status: 500, isExpired: false });
  expect(statusErrorOfEvent({ kind: 'Status', message: 5 })).toMatchObject({
    status: 500,
    message: 'an error on the server has ended the watch',
  });
});

const SERVER = { isTls: true, host: '[::1]:6443', hostname: '::1', port: 6443, basePath: '' };

test.each([
  ['ECONNREFUSED', 'dial tcp [::1]:6443: connect: connection refused', true],
  ['ECONNRESET', 'read tcp [::1]:6443: connection reset by peer', true],
  ['EHOSTUNREACH', 'dial tcp [::1]:6443: connect: no route to host', false],
  ['ENOTFOUND', 'dial tcp: lookup ::1: no such host', false],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    false,
  ],
  ['EODD', 'it broke', false],
])('words %s as Go does', (code, reason, isPassing) => {
  const cause = Object.assign(new Error('it broke'), { code });
  const error = networkErrorOfRequest('https://[::1]:6443/api', SERVER, cause);
  expect(error.message).toBe(`Get "https://[::1]:6443/api": ${reason}`);
  expect(error).toMatchObject({ isPassing, code: 'API_UNREACHABLE', cause });
});

test('words a thrown value that is no error', () => {
  expect(networkErrorOfRequest('u', SERVER, 'odd').message).toBe('Get "u": odd');
});
