// Request targets and Accept-Encoding, as Go answers them.
import { describe, expect, test } from 'vitest';
import { acceptsGzip, readTarget, routeTarget } from '../../../src/plugin/http-routing.ts';

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

describe('targets of the tree at /debug/x', () => {
  test.each([
    ['/debug/x', 'found'],
    ['/debug/x/', 'found'],
    ['/debug/x/y/z?a=1', 'found'],
    ['/debug/xy', 'missing'],
    ['/debug', 'missing'],
    ['/x/debug/x', 'missing'],
  ])('%s is %s', (target, kind) => {
    expect(routeTarget(target, '/debug/x', true)).toEqual({ kind });
  });

  test('come apart into path and query', () => {
    const { path, query } = readTarget('http://host/debug/x?a=1&b=2?3');
    expect([path, [...query]]).toEqual([
      '/debug/x',
      [
        ['a', '1'],
        ['b', '2?3'],
      ],
    ]);
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
