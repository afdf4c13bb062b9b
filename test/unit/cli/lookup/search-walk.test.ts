// The search walk against what the two libraries do: glibc 2.36 resolv/res_query.c, musl 1.2.5 src/network/lookup_name.c.

import { describe, expect, test } from 'vitest';
import {
  combinedResult,
  type Libc,
  nextStep,
  overallResult,
  planWalk,
  type Result,
} from '../../../../src/cli/lookup/search-walk.ts';

const POD = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

/** Follows a walk where each name's result is given by its place; names that were asked, and the overall result. */
function follow(
  libc: Libc,
  name: string,
  results: readonly Result[],
  { search = POD, ndots = 5 }: { search?: readonly string[]; ndots?: number } = {},
): readonly [readonly string[], Result] {
  const walk = planWalk(name, search, ndots, libc);
  const asked: { at: number; result: Result }[] = [];
  for (let at: number | undefined = 0; at !== undefined; ) {
    const result: Result = results[asked.length] ?? 'nxdomain';
    asked.push({ at, result });
    at = nextStep(walk, at, result);
  }
  return [asked.map(({ at }) => walk.names[at] ?? ''), overallResult(walk, asked)];
}

const [NS, SVC, CLUSTER] = ['default.svc.cluster.local.', 'svc.cluster.local.', 'cluster.local.'];

describe('names in order', () => {
  test.each<
    [string, Libc, string, { search: readonly string[]; ndots: number }, readonly string[]]
  >([
    [
      'few dots: list, then as it is',
      'glibc',
      'web',
      { search: POD, ndots: 5 },
      [`web.${NS}`, `web.${SVC}`, `web.${CLUSTER}`, 'web.'],
    ],
    [
      'few dots: list, then as it is',
      'musl',
      'web',
      { search: POD, ndots: 5 },
      [`web.${NS}`, `web.${SVC}`, `web.${CLUSTER}`, 'web.'],
    ],
    [
      'enough dots: as it is, then list',
      'glibc',
      'a.b',
      { search: ['x'], ndots: 1 },
      ['a.b.', 'a.b.x.'],
    ],
    ['enough dots: nothing else', 'musl', 'a.b', { search: ['x'], ndots: 1 }, ['a.b.']],
    ['a final dot', 'glibc', 'a.b.', { search: ['x'], ndots: 5 }, ['a.b.']],
    ['a final dot', 'musl', 'a.b.', { search: ['x'], ndots: 5 }, ['a.b.']],
    ['ndots 0', 'glibc', 'web', { search: ['x'], ndots: 0 }, ['web.', 'web.x.']],
    ['ndots 0', 'musl', 'web', { search: ['x'], ndots: 0 }, ['web.']],
    ['no list', 'glibc', 'web', { search: [], ndots: 1 }, ['web.']],
    ['a domain with a final dot', 'glibc', 'web', { search: ['x.'], ndots: 1 }, ['web.x.', 'web.']],
    [
      'bug: the root in the list made a name with two dots',
      'glibc',
      'web',
      { search: ['.'], ndots: 1 },
      ['web.'],
    ],
    [
      'the root in the list stands for the name',
      'glibc',
      'web',
      { search: ['.', 'x'], ndots: 1 },
      ['web.', 'web.x.'],
    ],
    [
      'the root in the list is passed over',
      'musl',
      'web',
      { search: ['.', 'x'], ndots: 1 },
      ['web.x.', 'web.'],
    ],
  ])('%s (%s %s)', (_what, libc, name, settings, names) => {
    expect(follow(libc, name, [], settings)[0]).toEqual(names);
  });
});

describe('where glibc stops', () => {
  test.each<[string, readonly Result[], number, Result]>([
    ['at the first answer', ['answer'], 1, 'answer'],
    ['at a CNAME without target', ['alias'], 1, 'nodata'],
    ['not at "no data"', ['nodata', 'answer'], 2, 'answer'],
    ['not at SERVFAIL', ['servfail', 'answer'], 2, 'answer'],
    [
      '"no data" on the way goes before SERVFAIL and "no such name"',
      ['nodata', 'servfail'],
      4,
      'nodata',
    ],
    ['SERVFAIL on the way goes before "no such name"', ['servfail'], 4, 'servfail'],
    [
      'SERVFAIL on the way goes before "no data" of the name itself',
      ['servfail', 'nxdomain', 'nxdomain', 'nodata'],
      4,
      'servfail',
    ],
    ['else the last word counts', ['nxdomain', 'nxdomain', 'nxdomain', 'refused'], 4, 'refused'],
    ['silence ends the list, the name itself is tried', ['timeout', 'answer'], 2, 'answer'],
    ['silence and no such name', ['timeout', 'nxdomain'], 2, 'nxdomain'],
    ['a refusal ends the list', ['nodata', 'refused', 'refused'], 3, 'nodata'],
    ['silence all the way', ['timeout', 'timeout'], 2, 'timeout'],
  ])('%s', (_what, results, count, overall) => {
    const [names, result] = follow('glibc', 'web', results);
    expect(names).toHaveLength(count);
    expect(result).toBe(overall);
  });

  test.each<[string, readonly Result[], number, Result]>([
    ['the answer of the name itself', ['answer'], 1, 'answer'],
    [
      'a name that fails is searched, and its own failure is told',
      ['nxdomain', 'nodata'],
      4,
      'nxdomain',
    ],
    ['an answer of the list', ['nxdomain', 'nxdomain', 'answer'], 3, 'answer'],
    ['no reply for the name, then the list', ['timeout', 'answer'], 2, 'answer'],
    ['no reply within the list ends the walk', ['nxdomain', 'timeout'], 2, 'nxdomain'],
  ])('with enough dots: %s', (_what, results, count, overall) => {
    const [names, result] = follow('glibc', 'a.b', results, { ndots: 1 });
    expect(names).toHaveLength(count);
    expect(result).toBe(overall);
  });
});

test('where the list of glibc is over early, the name itself comes next', () => {
  expect(follow('glibc', 'web', ['nodata', 'timeout'])[0].at(-1)).toBe('web.');
});

describe('where musl stops', () => {
  test.each<[readonly Result[], number, Result]>([
    [['nxdomain', 'nxdomain', 'nxdomain', 'nxdomain'], 4, 'nxdomain'],
    [['nxdomain', 'answer'], 2, 'answer'],
    [['nodata'], 1, 'nodata'],
    [['alias'], 1, 'nodata'],
    [['servfail'], 1, 'servfail'],
    [['refused'], 1, 'refused'],
    [['nxdomain', 'timeout'], 2, 'timeout'],
  ])('%j: %i names, %s', (results, count, overall) => {
    const [names, result] = follow('musl', 'web', results);
    expect(names).toHaveLength(count);
    expect(result).toBe(overall);
  });
});

describe('A and AAAA of one name', () => {
  test.each<[readonly Result[], Result, Result]>([
    // results of A and AAAA, then what glibc and musl make of them
    [['answer', 'nodata'], 'answer', 'answer'],
    [['nodata', 'answer'], 'answer', 'answer'],
    [['answer', 'nxdomain'], 'answer', 'nxdomain'],
    [['answer', 'servfail'], 'answer', 'servfail'],
    [['answer', 'timeout'], 'answer', 'timeout'],
    [['nxdomain', 'answer'], 'answer', 'nxdomain'],
    [['nodata', 'nxdomain'], 'nxdomain', 'nxdomain'],
    [['nxdomain', 'nodata'], 'nxdomain', 'nxdomain'],
    [['nodata', 'nodata'], 'nodata', 'nodata'],
    [['alias', 'nodata'], 'alias', 'alias'],
    [['alias', 'answer'], 'answer', 'answer'],
    [['servfail', 'nodata'], 'servfail', 'servfail'],
    [['nodata', 'servfail'], 'nodata', 'servfail'],
    [['timeout', 'timeout'], 'timeout', 'timeout'],
    [['refused'], 'refused', 'refused'],
    [[], 'timeout', 'timeout'],
  ])('%j: glibc %s, musl %s', (results, glibc, musl) => {
    expect(combinedResult(results, 'glibc')).toBe(glibc);
    expect(combinedResult(results, 'musl')).toBe(musl);
  });
});
