// What becomes of replies: the table of plugin/cache, kind by kind.
import { describe, expect, test } from 'vitest';
import { Opcode } from '../../../../src/dns/codes/opcode.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { defaultCacheBlock } from '../../../../src/plugins/cache/options.ts';
import { judgeReply, untouchedTtls } from '../../../../src/plugins/cache/verdict.ts';
import { play, type Script } from '../../../support/cache-bench.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';

const A = 'a.test. 100 IN A 192.0.2.1';
const ALIAS = 'a.test. 100 IN CNAME b.test.';
const SOA = 'test. 2000 IN SOA ns.test. host.test. 9 7200 3600 86400 40';

type Expected = readonly [store: 'success' | 'denial' | undefined, ttl: number];

function judge(script: Script, query: Partial<AskedQuery> = {}): Expected {
  const exchange = exchangeFor({ name: 'a.test.', ...query });
  play(exchange, script);
  const verdict = judgeReply(exchange, defaultCacheBlock(), 1_700_000_000);
  return [verdict.store, verdict.ttlSeconds];
}

describe('a reply', () => {
  test.each<[string, Script, Expected]>([
    ['with an answer', { answer: [A] }, ['success', 100]],
    ['with nothing', {}, ['success', 5]],
    ['that delegates', { authority: ['test. 900 IN NS ns.test.'] }, ['success', 5]],
    ['without data', { authority: [SOA] }, ['denial', 1800]],
    ['NXDOMAIN', { rcode: Rcode.NXDOMAIN, authority: [SOA] }, ['denial', 1800]],
    ['NXDOMAIN without SOA', { rcode: Rcode.NXDOMAIN }, [undefined, 5]],
    [
      'NXDOMAIN with an answer',
      { rcode: Rcode.NXDOMAIN, answer: [A], authority: [SOA] },
      [undefined, 5],
    ],
    ['SERVFAIL', { rcode: Rcode.SERVFAIL }, ['denial', 5]],
    ['NOTIMP', { rcode: Rcode.NOTIMP }, ['denial', 5]],
    ['REFUSED', { rcode: Rcode.REFUSED }, [undefined, 5]],
    ['FORMERR', { rcode: Rcode.FORMERR, answer: [A] }, [undefined, 5]],
    ['that is cut', { answer: [A], isTruncated: true }, [undefined, 100]],
    ['with a chain', { answer: ['B.test. 50 IN A 192.0.2.1', ALIAS] }, ['success', 50]],
    ['with a chain to nothing', { answer: [ALIAS] }, [undefined, 100]],
    ['with a chain to nothing and a SOA', { answer: [ALIAS], authority: [SOA] }, ['denial', 100]],
    ['with another name', { answer: ['c.test. 100 IN A 192.0.2.1'] }, [undefined, 100]],
    [
      'with a chain that loops',
      { answer: [ALIAS, 'b.test. 100 IN CNAME a.test.', A] },
      [undefined, 100],
    ],
    [
      'with a chain that forks',
      { answer: [ALIAS, 'a.test. 100 IN CNAME c.test.', 'b.test. 100 IN A 192.0.2.1'] },
      [undefined, 100],
    ],
    [
      'with an alias twice',
      { answer: [ALIAS, 'A.test. 100 IN CNAME B.test.', 'b.test. 100 IN A 192.0.2.1'] },
      ['success', 100],
    ],
    ['with only another class', { answer: ['a.test. 100 CH A 192.0.2.1'] }, [undefined, 100]],
  ])('%s', (_what, script, expected) => {
    expect(judge(script)).toEqual(expected);
  });

  test.each<[string, Partial<AskedQuery>, Script, Expected]>([
    ['CNAME', { type: 'CNAME' }, { answer: [ALIAS] }, ['success', 100]],
    [
      'CNAME, of another name',
      { type: 'CNAME' },
      { answer: ['b.test. 100 IN CNAME c.test.'] },
      [undefined, 100],
    ],
    ['ANY', { type: 'ANY' }, { answer: [A] }, ['success', 100]],
    [
      'ANY, of another name',
      { type: 'ANY' },
      { answer: ['b.test. 100 IN A 192.0.2.1'] },
      [undefined, 100],
    ],
    ['class ANY', { class: 'ANY' }, { answer: [A] }, ['success', 100]],
    ['AXFR', { type: 'AXFR' }, { answer: [A] }, [undefined, 5]],
    ['NOTIFY', { opcode: Opcode.NOTIFY }, { answer: [A] }, [undefined, 5]],
    ['UPDATE', { opcode: Opcode.UPDATE }, { answer: [A] }, [undefined, 5]],
  ])('to a query for %s', (_what, query, script, expected) => {
    expect(judge(script, query)).toEqual(expected);
  });
});

test('the short path is for TTLs that no limit changes', () => {
  expect(untouchedTtls(defaultCacheBlock())).toEqual({ minTtl: 5, maxTtl: 1800 });
});
