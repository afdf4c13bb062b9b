// Options of cache and CoreDNS's texts for wrong ones.
import { describe, expect, test } from 'vitest';
import {
  type CacheOptions,
  defaultCacheBlock,
  storeCapacity,
} from '../../../../src/plugins/cache/options.ts';
import { cacheControl } from '../../../../src/plugins/cache/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const corefile = (lines: string): string => `.:1053 example.org:1053 {\n${lines}\n}`;

async function load(lines: string): Promise<CacheOptions> {
  const [options] = await new ControlBench().load(cacheControl, corefile(lines));
  return options as CacheOptions;
}

const defaults = defaultCacheBlock();
const { success, denial, prefetch, stale } = defaults;
const hour = { ...stale, upToSeconds: 3600 };

describe('options', () => {
  test.each<[string, object]>([
    ['cache', { ...defaults, zones: ['.', 'example.org.'] }],
    [
      'cache 30',
      { success: { ...success, maxTtlSeconds: 30 }, denial: { ...denial, maxTtlSeconds: 30 } },
    ],
    ['cache 30 A.test 10.0.0.0/8', { zones: ['a.test.', '10.in-addr.arpa.'] }],
    ['cache a.test b..test', { zones: ['a.test.'], success }],
    ['cache 99999999999999999999', { zones: ['99999999999999999999.'], success }],
    ['cache {\nsuccess 5\n}', { success: { ...success, capacity: 5 } }],
    [
      'cache {\nsuccess 5 6 7 ignored\ndenial 8 9 0\n}',
      {
        success: { ...success, capacity: 5, maxTtlSeconds: 6, minTtlSeconds: 7 },
        denial: { ...denial, capacity: 8, maxTtlSeconds: 9, minTtlSeconds: 0 },
      },
    ],
    ['cache {\nprefetch 0\n}', { prefetch }],
    ['cache {\nprefetch 2 30s 20%\n}', { prefetch: { amount: 2, spanMs: 30_000, percentage: 20 } }],
    ['cache {\nserve_stale\n}', { stale: hour, hasStale: true }],
    ['cache {\nserve_stale 0\n}', { stale }],
    ['cache {\nserve_stale 1500ms IMMEDIATE\n}', { stale: { ...stale, upToSeconds: 1 } }],
    [
      'cache {\nserve_stale 1h immediate 7s 10s\n}',
      { stale: { ...hour, ttlSeconds: 7, recheckMs: 10_000 } },
    ],
    [
      'cache {\nserve_stale 1h verify 500ms 7s 5m\n}',
      {
        stale: {
          ...hour,
          isVerified: true,
          verifyTimeoutMs: 500,
          ttlSeconds: 7,
          recheckMs: 300_000,
        },
      },
    ],
    ['cache {\nserve_stale 2h verify 1s\nserve_stale\n}', { stale: hour }],
    [
      'cache {\nserve_stale_policy Prefer_Positive\nserve_stale\n}',
      { stale: { ...hour, isPositivePreferred: true } },
    ],
    ['cache {\nservfail 5m\n}', { servfailMs: 300_000 }],
    ['cache {\nservfail 0\n}', { servfailMs: 0 }],
    [
      'cache {\ndisable success\ndisable denial A.test a..b\n}',
      {
        success: { ...success, disabledZones: ['.'] },
        denial: { ...denial, disabledZones: ['a.test', 'a..b'] },
      },
    ],
    ['cache {\nkeepttl\n}', { isTtlKept: true }],
  ])('%s', async (lines, expected) => {
    expect(await load(lines)).toMatchObject(expected);
  });

  test.each([
    [10_000, 9984],
    [1024, 1024],
    [0, 1024],
    [-5, 1024],
    [1280, 1280],
  ])('a store of %d has room for %d', (asked, capacity) => {
    expect(storeCapacity(asked)).toBe(capacity);
  });
});

describe('errors', () => {
  const count = (word: string): string =>
    `Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after '${word}'`;
  test.each([
    ['cache\ncache', 'this plugin can only be used once per Server Block'],
    ['cache 0', 'cache TTL can not be zero or negative: 0'],
    ['cache -1', 'cache TTL can not be zero or negative: -1'],
    ['cache {\nfoo\n}', count('foo')],
    ['cache {\nsuccess\n}', count('success')],
    ['cache {\nsuccess x\n}', 'strconv.Atoi: parsing "x": invalid syntax'],
    ['cache {\ndenial 1 0\n}', 'cache TTL can not be zero or negative: 0'],
    ['cache {\nsuccess 100 10 -1\n}', 'cache min TTL can not be negative: -1'],
    ['cache {\nprefetch\n}', count('prefetch')],
    ['cache {\nprefetch 1 1m 10% x\n}', count('x')],
    ['cache {\nprefetch x\n}', 'strconv.Atoi: parsing "x": invalid syntax'],
    ['cache {\nprefetch -1\n}', 'prefetch amount should be positive: -1'],
    ['cache {\nprefetch 2 xx\n}', 'time: invalid duration "xx"'],
    ['cache {\nprefetch 2 1m 20\n}', "last character of percentage should be `%`, but is: '0'"],
    ['cache {\nprefetch 2 1m ""\n}', "last character of percentage should be `%`, but is: ''"],
    ['cache {\nprefetch 2 1m x%\n}', 'strconv.Atoi: parsing "x": invalid syntax'],
    ['cache {\nprefetch 2 1m 5%\n}', 'percentage should fall in range [10, 90]: 5'],
    ['cache {\nprefetch 2 1m 91%\n}', 'percentage should fall in range [10, 90]: 91'],
    ['cache {\nserve_stale x\n}', 'time: invalid duration "x"'],
    ['cache {\nserve_stale -1s\n}', 'invalid negative duration for serve_stale'],
    ['cache {\nserve_stale 1h LATER\n}', 'invalid value for serve_stale refresh mode: later'],
    ['cache {\nserve_stale 1h immediate 1s 1s 1s\n}', count('1s')],
    ['cache {\nserve_stale 1h verify 1s 1s 1s x\n}', count('x')],
    [
      'cache {\nserve_stale 1h verify x\n}',
      'invalid serve_stale verify timeout: time: invalid duration "x"',
    ],
    ['cache {\nserve_stale 1h verify -1s\n}', 'invalid negative timeout for serve_stale verify'],
    [
      'cache {\nserve_stale 1h immediate x\n}',
      'invalid serve_stale response TTL: time: invalid duration "x"',
    ],
    ['cache {\nserve_stale 1h immediate -1s\n}', 'invalid negative response TTL for serve_stale'],
    [
      'cache {\nserve_stale 1h immediate 1500ms\n}',
      'serve_stale response TTL must be a whole number of seconds',
    ],
    [
      'cache {\nserve_stale 1h immediate 1200000h\n}',
      'serve_stale response TTL exceeds the DNS TTL range',
    ],
    [
      'cache {\nserve_stale 1h immediate 1s x\n}',
      'invalid serve_stale failure recheck: time: invalid duration "x"',
    ],
    [
      'cache {\nserve_stale 1h immediate 1s -1s\n}',
      'invalid negative failure recheck for serve_stale',
    ],
    [
      'cache {\nserve_stale 1h immediate 1s 6m\n}',
      'serve_stale failure recheck cannot exceed 5 minutes',
    ],
    ['cache {\nserve_stale_policy prefer_positive\n}', 'serve_stale_policy requires serve_stale'],
    ['cache {\nserve_stale\nserve_stale_policy x\n}', 'invalid serve_stale_policy: x'],
    [
      'cache {\nserve_stale_policy prefer_positive\nserve_stale_policy prefer_positive\n}',
      'serve_stale_policy can only be specified once',
    ],
    ['cache {\nserve_stale_policy\n}', count('serve_stale_policy')],
    ['cache {\nservfail\n}', count('servfail')],
    ['cache {\nservfail x\n}', 'time: invalid duration "x"'],
    ['cache {\nservfail -1s\n}', 'invalid negative ttl for servfail'],
    ['cache {\nservfail 10m\n}', 'caching SERVFAIL responses over 5 minutes is not permitted'],
    ['cache {\ndisable\n}', count('disable')],
    ['cache {\ndisable foo\n}', 'cache type for disable must be "success" or "denial"'],
    ['cache {\nkeepttl x\n}', count('x')],
  ])('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(cacheControl, corefile(lines))).toBe(text);
  });
});
