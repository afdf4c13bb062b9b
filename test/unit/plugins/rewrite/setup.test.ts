// What rewrite's setup makes of rules, and the errors that the recorded ones do not show (texts of plugin/rewrite).
import { describe, expect, test } from 'vitest';
import type { RewriteOptions } from '../../../../src/plugins/rewrite/options.ts';
import { rewriteServing } from '../../../../src/plugins/rewrite/rewrite.ts';
import { rewriteControl } from '../../../../src/plugins/rewrite/setup.ts';
import { setUp } from '../../../support/recorded-chain.ts';

const halves = { control: rewriteControl, serving: rewriteServing };

function corefile(rule: string): string {
  return `.:1053 {\n    rewrite ${rule}\n}\n`;
}

async function errorOf(rule: string): Promise<string> {
  return setUp(halves, corefile(rule)).then(
    () => '',
    (error: Error) => error.message,
  );
}

async function optionsOf(rule: string): Promise<RewriteOptions> {
  const [options] = await setUp(halves, corefile(rule));
  return options as RewriteOptions;
}

const LONG = 'a'.repeat(10_001);

describe('an error', () => {
  test.each([
    ['', 'no rule type specified for rewrite'],
    ['stop', 'stop rule must begin with a rule type'],
    ['continue foo x', 'invalid rule type "continue"'],
    ['name a.test *.b.test', 'invalid regex matching pattern: *.b.test.'],
    [
      'name exact a.{1}.test b.test',
      'the rewrite regex pattern (a.{1}.test.) uses more subexpressions than its corresponding matching regex pattern (b.test.)',
    ],
    [`name regex ${LONG} b.test`, 'regex pattern too long: 10001 > 10000'],
    [
      'name suffix a b x y',
      'exceeded the number of arguments for a non-answer rule argument for suffix rule',
    ],
    ['name suffix a b answer auto answer', 'type missing for answer rule for suffix rule'],
    ['name suffix a b answer foo', 'invalid type "foo" for answer rule for suffix rule'],
    ['name suffix a b answer name x', 'name answer rule for suffix rule: 2 arguments required'],
    [
      'name suffix a b answer name ( y',
      'name answer rule for suffix rule: invalid regex matching pattern: (',
    ],
    [
      'name suffix a b answer auto answer name x y',
      'auto name answer rule cannot be combined with explicit name anwer rules',
    ],
    [
      'ttl foo a.test 5',
      'ttl rule supports only exact, prefix, suffix, substring, and regex name matching',
    ],
    ['ttl exact a.test 5 6', "invalid TTL '' for a ttl rule"],
    ['ttl a.test 1-2-3', "invalid TTL '1-2-3' for a ttl rule"],
    ['ttl a.test x-', "invalid TTL 'x-' for a ttl rule"],
    ['ttl a.test -x', "invalid TTL '-x' for a ttl rule"],
    ['ttl regex ( 5', 'invalid regex pattern in a ttl rule: ('],
    [`ttl regex ${LONG} 5`, 'regex pattern too long in a ttl rule: 10001 > 10000'],
    ['rcode a.test NOERROR FOO', "invalid replacement RCODE 'FOO' for a rcode rule"],
    ['rcode a.test 24 NOERROR', "invalid matching RCODE '24' for a rcode rule"],
    ['rcode exact a.test NOERROR NXDOMAIN more', "invalid matching RCODE '' for a rcode rule"],
    ['cname a b c d', 'too few (4) arguments for a cname rule'],
    ['cname foo a b', 'unknown cname rewrite type: foo'],
    [
      'cname regex ( b',
      'invalid cname rewrite regex pattern: error parsing regexp: missing closing ): `(`',
    ],
    [
      'cname regex a** b',
      'invalid cname rewrite regex pattern: error parsing regexp: invalid nested repetition operator: `**`',
    ],
    ['edns0 local unset', 'local unset action requires exactly two arguments'],
    ['edns0 nsid unset x', 'nsid unset action requires exactly one argument'],
    ['edns0 subnet unset 24', 'subnet unset action requires exactly one argument'],
    ['edns0 foo unset', 'invalid rule type "foo"'],
    ['edns0 local set 0x10000 a', 'strconv.ParseUint: parsing "0x10000": value out of range'],
    ['edns0 local set 1 0xabc', 'encoding/hex: odd length hex string'],
    ['edns0 local set 1 0xzz', "encoding/hex: invalid byte: U+007A 'z'"],
    ['edns0 local set 1 {/x}', 'unsupported variable name "{/x}"'],
    ['edns0 subnet set 24', 'EDNS0 subnet rules require three or four args'],
    ['edns0 subnet set 24 129', 'invalid IPv6 bit mask length 129'],
  ])('rewrite %s', async (rule, error) => {
    expect(await errorOf(rule)).toBe(error);
  });
});

describe('a rule', () => {
  test.each([
    ['ttl a.test 5', { min: 5, max: 5 }],
    ['ttl a.test 5-', { min: 5, max: 2_147_483_647 }],
    ['ttl a.test -5', { min: 0, max: 5 }],
    ['rcode A.test 3 NOTIMPL', { pattern: { kind: 'exact', from: 'a.test.' }, from: 3, to: 4 }],
    ['rcode a.test BADSIG refused', { from: 16, to: 5 }],
    ['type any hinfo', { from: 255, to: 13 }],
    ['class ch in', { from: 3, to: 1 }],
    ['name a\\. b', { pattern: { kind: 'exact', from: 'a\\..' }, to: 'b.', isAuto: true }],
    ['cname A.test B.test', { pattern: { kind: 'exact', from: 'a.test.' }, to: 'b.test.' }],
    ['edns0 nsid set revert', { code: 3, isReverted: true }],
    ['edns0 LOCAL SET 1 {a/b}', { source: { kind: 'variable', variable: '{a/b}' } }],
  ])('rewrite %s', async (rule, action) => {
    const { rules } = await optionsOf(rule);
    expect(rules).toMatchObject([{ isLast: true, action }]);
  });

  test('goes on after continue', async () => {
    const { rules } = await optionsOf('continue type A AAAA');
    expect(rules[0]?.isLast).toBe(false);
  });

  test('with a local option makes its code one that is sent back', async () => {
    expect((await optionsOf('edns0 local set 0xffee x')).echoedOptions).toEqual([0xffee]);
    expect((await optionsOf('edns0 nsid set')).echoedOptions).toEqual([]);
  });
});
