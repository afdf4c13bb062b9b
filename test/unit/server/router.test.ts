// Which block answers a query.

import { describe, expect, test } from 'vitest';
import { type Name, parseName } from '../../../src/dns/name.ts';
import type { Exchange } from '../../../src/plugin/exchange.ts';
import type { Handler } from '../../../src/plugin/handler.ts';
import { type Block, Router } from '../../../src/server/router.ts';
import { exchangeFor } from '../../support/chain-doubles.ts';

const name = (text: string): Name => parseName(text) ?? new Uint8Array(0);
const block = (acceptsOtherClasses = false, handlers: readonly Handler[] = []): Block => ({
  chain: { first: undefined, byName: new Map(), handlers },
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
    const found = router('test.', '.', 'b.test.').find(exchangeFor({ name: asked }));
    expect(found?.label).toBe(zone);
  });

  test('nothing answers a name outside of all zones', () => {
    expect(router('a.test.', 'b.test.').find(exchangeFor({ name: 'c.test.' }))).toBeUndefined();
  });

  test('of equal zones the first in the Corefile answers', () => {
    const first = block();
    const sites = [first, block()].map((each) => ({
      zone: name('test.'),
      label: 'test.',
      block: each,
    }));
    expect(new Router(sites).find(exchangeFor({ name: 'a.test.' }))?.block).toBe(first);
  });

  test('labels are compared as octets: a dot inside a label is no border', () => {
    expect(router('b.test.').find(exchangeFor({ name: 'a\\.b.test.' }))).toBeUndefined();
  });
});

describe('DS', () => {
  test.each([
    [['.', 'test.', 'a.test.'], 'a.test.', 'test.'],
    [['.', 'a.test.'], 'a.test.', 'a.test.'],
    [['.'], 'a.test.', '.'],
    [['a.test.', 'test.', 'b.a.test.'], 'x.b.a.test.', 'test.'],
  ])('with %j a query for %s goes to %s', (zones, asked, zone) => {
    expect(router(...zones).find(exchangeFor({ name: asked, type: 'DS' }))?.label).toBe(zone);
  });

  test('nothing answers outside of all zones', () => {
    expect(router('a.test.').find(exchangeFor({ name: 'b.test.', type: 'DS' }))).toBeUndefined();
  });
});

test('one block that takes other classes opens the listener to them', () => {
  const sites = [block(), block(true)].map((each) => ({
    zone: name('.'),
    label: '.',
    block: each,
  }));
  expect(new Router(sites).acceptsOtherClasses).toBe(true);
  expect(router('.').acceptsOtherClasses).toBe(false);
});

describe('views', () => {
  /** A view that takes names with this first letter; notes whom it was asked about. */
  const view = (viewName: string, letter: string): Handler =>
    ({
      name: 'view',
      serve: () => 0,
      viewName,
      accepts: (exchange: Exchange) => exchange.name[1] === letter.charCodeAt(0),
    }) as Handler;
  const sites = (...all: readonly [string, Block][]): Router =>
    new Router(all.map(([zone, each]) => ({ zone: name(zone), label: zone, block: each })));

  test('blocks of a zone are asked in Corefile order, then those of shorter zones', () => {
    const [a, b, none, parent] = [
      block(false, [view('one', 'a')]),
      block(false, [view('two', 'b')]),
      block(),
      block(false, [view('three', 'c')]),
    ];
    const router = sites(['.', none], ['test.', parent], ['x.test.', a], ['x.test.', b]);
    const cases: readonly [string, Block, string][] = [
      ['a.x.test.', a, 'one'],
      ['b.x.test.', b, 'two'],
      ['c.x.test.', parent, 'three'],
      ['d.x.test.', none, ''],
    ];
    for (const [asked, found, viewName] of cases) {
      const exchange = exchangeFor({ name: asked });
      expect(router.find(exchange)?.block).toBe(found);
      expect(exchange.view).toBe(viewName);
    }
  });

  test("a query that no view takes is nobody's", () => {
    const router = sites(['test.', block(false, [view('one', 'a')])]);
    expect(router.find(exchangeFor({ name: 'b.test.' }))).toBeUndefined();
    expect(router.find(exchangeFor({ name: 'b.test.', type: 'DS' }))).toBeUndefined();
  });

  test('metadata is collected before the view is asked', () => {
    const collector = {
      name: 'metadata',
      serve: () => 0,
      collectMetadata(exchange: Exchange) {
        exchange.metadata = new Map([['a/b', () => 'value']]);
      },
    };
    const reader = {
      ...view('one', 'a'),
      accepts: ({ metadata }: Exchange) => metadata?.get('a/b')?.() === 'value',
    };
    const found = sites(['.', block(false, [collector, reader])]).find(exchangeFor({ name: 'a.' }));
    expect(found?.label).toBe('.');
  });
});
