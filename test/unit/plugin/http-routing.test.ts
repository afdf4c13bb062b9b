// Request targets and Accept-Encoding, as Go answers them.
import { describe, expect, test } from 'vitest';
import { acceptsGzip, routeTarget } from '../../../src/plugin/http-routing.ts';

describe('targets of an endpoint at /health', () => {
  const found = ['/health', '/health?x=1', '/health?', '/he%61lth', 'http://host:80/health'];
  test.each(found)('%s is it', (target) => {
    expect(routeTarget(target, '/health')).toEqual({ kind: 'found' });
  });

  const missing = [
    '/',
    '/health/',
    '/health/x',
    '/HEALTH',
    '/healthz',
    '/%2Fhealth',
    '/%zz',
    '/a/health',
  ];
  test.each(missing)('%s is missing', (target) => {
    expect(routeTarget(target, '/health')).toEqual({ kind: 'missing' });
  });

  test.each([
    ['//health', '/health'],
    ['/x/../health?a=1?b', '/health?a=1?b'],
    ['/./health/', '/health/'],
    ['/..', '/'],
    ['http://host', '/'],
    ['', '/'],
    ['*', '/*'],
  ])('%s has moved to %s', (target, location) => {
    expect(routeTarget(target, '/health')).toEqual({ kind: 'moved', location });
  });
});

describe('gzip', () => {
  test.each([
    ['gzip', true],
    ['deflate, GZIP;q=0.5', true],
    ['gzip;q=1.0, identity;q=0.5', true],
    ['gzip, identity', false],
    ['identity, gzip', false],
    ['*', false],
    ['gzip;q=0', false],
    ['gzip;q=x', false],
    ['deflate', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (header, isAccepted) => {
    expect(acceptsGzip(header)).toBe(isAccepted);
  });
});
