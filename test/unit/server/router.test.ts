// Which block answers a query.

import { describe, expect, test } from 'vitest';
import { RRType } from '../../../src/dns/codes/rr-type.ts';
import { type Name, parseName } from '../../../src/dns/name.ts';
import { type Block, Router } from '../../../src/server/router.ts';

const name = (text: string): Name => parseName(text) ?? new Uint8Array(0);
const block = (acceptsOtherClasses = false): Block => ({
  chain: { first: undefined, byName: new Map() },
  isDebug: false,
  hasStacktrace: false,
  acceptsOtherClasses,
});
const router = (...zones: string[]): Router =>
  new Router(zones.map((zone) => ({ zone: name(zone), label: zone, block: block() })));

describe('the longest zone', () => {
  test.each([
    ['a.b.test.', 'b.test.'],
    ['b.test.', 'b.test.'],
    ['xb.test.', 'test.'],
    ['test.', 'test.'],
    ['other.', '.'],
    ['.', '.'],
  ])('%s is answered by %s', (asked, zone) => {
    const found = router('test.', '.', 'b.test.').find(name(asked), RRType.A);
    expect(found?.label).toBe(zone);
  });

  test('nothing answers a name outside of all zones', () => {
    expect(router('a.test.', 'b.test.').find(name('c.test.'), RRType.A)).toBeUndefined();
  });

  test('of equal zones the first in the Corefile answers', () => {
    const first = block();
    const sites = [first, block()].map((each) => ({ zone: name('test.'), label: 'test.', block: each }));
    expect(new Router(sites).find(name('a.test.'), RRType.A)?.block).toBe(first);
  });

  test('labels are compared as octets: a dot inside a label is no border', () => {
    expect(router('b.test.').find(name('a\\.b.test.'), RRType.A)).toBeUndefined();
  });
});

describe('DS', () => {
  test.each([
    [['.', 'test.', 'a.test.'], 'a.test.', 'test.'],
    [['.', 'a.test.'], 'a.test.', 'a.test.'],
    [['.'], 'a.test.', '.'],
    [['a.test.', 'test.', 'b.a.test.'], 'x.b.a.test.', 'test.'],
  ])('with %j a query for %s goes to %s', (zones, asked, zone) => {
    expect(router(...zones).find(name(asked), RRType.DS)?.label).toBe(zone);
  });

  test('nothing answers outside of all zones', () => {
    expect(router('a.test.').find(name('b.test.'), RRType.DS)).toBeUndefined();
  });
});

test('one block that takes other classes opens the listener to them', () => {
  const sites = [block(), block(true)].map((each) => ({ zone: name('.'), label: '.', block: each }));
  expect(new Router(sites).acceptsOtherClasses).toBe(true);
  expect(router('.').acceptsOtherClasses).toBe(false);
});
