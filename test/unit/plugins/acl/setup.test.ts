// Stanzas of acl as rules, and CoreDNS's texts for wrong ones.
import { describe, expect, test } from 'vitest';
import { parseCidr } from '../../../../src/base/ip.ts';
import { aclControl } from '../../../../src/plugins/acl/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

async function rules(lines: string): Promise<unknown> {
  const [options] = await new ControlBench().load(aclControl, `Example.org:1053 {\n${lines}\n}`);
  return options;
}

describe('rules', () => {
  const all = { types: undefined, networks: undefined };
  const cases: readonly [string, readonly unknown[]][] = [
    ['acl {\nallow\n}', [{ zones: ['example.org.'], policies: [{ action: 'allow', ...all }] }]],
    [
      'acl a.test a..b {\nBLOCK type * net *\n}',
      [{ zones: ['a.test.'], policies: [{ action: 'block', ...all }] }],
    ],
    [
      'acl {\nfilter type A AAAA net 10.0.0.1/8 ::1 NET 1.2.3.4\ndrop TYPE None\n}',
      [
        {
          zones: ['example.org.'],
          policies: [
            {
              action: 'filter',
              types: [1, 28],
              networks: ['10.0.0.0/8', '::1/128', '1.2.3.4/32'].map(parseCidr),
            },
            { action: 'drop', ...all },
          ],
        },
      ],
    ],
    [
      'acl\nacl b',
      [
        { zones: ['example.org.'], policies: [] },
        { zones: ['b.'], policies: [] },
      ],
    ],
  ];
  test.each(cases)('%s', async (lines, expected) => {
    expect(await rules(lines)).toEqual({ rules: expected });
  });
});

describe('errors', () => {
  const cases: readonly [string, string][] = [
    ['foo', `unexpected token "foo"; expect 'allow', 'block', 'filter' or 'drop'`],
    ['allow foo', `unexpected token "foo"; expect 'type | net'`],
    ['allow net', 'no token specified in "net" section'],
    ['allow Type net *', 'no token specified in "type" section'],
    ['allow type FOO', 'unexpected token "FOO"; expect legal QTYPE'],
    ['allow type a', 'unexpected token "a"; expect legal QTYPE'],
    ['allow type TYPE1', 'unexpected token "TYPE1"; expect legal QTYPE'],
    ['allow type TYPE731', 'unexpected token "TYPE731"; expect legal QTYPE'],
    ['allow net 1.2.3', 'illegal CIDR notation "1.2.3/32"'],
    ['allow net x:', 'illegal CIDR notation "x:/128"'],
    ['allow net 10.0.0.0/33', 'illegal CIDR notation "10.0.0.0/33"'],
  ];
  test.each(cases)('%s', async (line, text) => {
    const error = await new ControlBench().errorOf(aclControl, `.:1053 {\nacl {\n${line}\n}\n}`);
    expect(error).toBe(`Corefile:3 - Error during parsing: ${text}`);
  });
});
