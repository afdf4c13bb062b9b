// Lines of the short path. That they are those of the general path is shown by test/property/direct-path.test.ts.
import { describe, expect, test } from 'vitest';
import { DirectExchange } from '../../../../src/plugin/direct.ts';
import type { DirectRole } from '../../../../src/plugin/direct-role.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { logServing } from '../../../../src/plugins/log/log.ts';
import { COMBINED_FORMAT, type LogRuleOptions } from '../../../../src/plugins/log/options.ts';
import { PluginBench } from '../../../support/chain-doubles.ts';
import { queryPacket } from '../../../support/dns-client.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const NEXT: Handler = { name: 'next', serve: () => 0 };
const RULE: LogRuleOptions = { scope: '.', format: COMBINED_FORMAT, classes: ['all'] };

class Fixture {
  readonly clock = new FakeClock(1_800_000_000_000);
  readonly direct = new DirectExchange();
  readonly #bench = new PluginBench(this.clock);
  readonly role: DirectRole | undefined;

  constructor(...rules: readonly Partial<LogRuleOptions>[]) {
    const options = { rules: rules.map((rule) => ({ ...RULE, ...rule })) };
    this.role = logServing.create(options, NEXT, this.#bench.context()).directRole;
    this.direct.peer = { address: '10.0.0.9', port: 53_001 };
    this.direct.localAddress = '[::]';
  }

  /** Answers a query with an empty reply after `tookMs`; the line without its level, undefined where the general path logs. */
  ask(name: string, tookMs = 0, packet: Uint8Array = queryPacket(name, 'A')): string | undefined {
    const { role, direct, clock } = this;
    packet[0] = 0x12;
    packet[1] = 0x67;
    expect(direct.read(packet, 0, packet.length)).toBe(true);
    if (role?.kind !== 'watch' || !role.passes(direct)) return undefined;
    direct.startMs = clock.monotonicMs();
    direct.begin(new Uint8Array(512), 0);
    clock.advance(tookMs);
    direct.endMs = clock.monotonicMs();
    direct.end();
    role.count(direct);
    return this.#bench.log.lines.at(-1)?.replace('[INFO] ', '') ?? '';
  }
}

describe('lines', () => {
  test('the combined format, with the time since the packet was taken', () => {
    expect(new Fixture({}).ask('A.Test.', 0.123)).toBe(
      '10.0.0.9:53001 - 4711 "A IN a.test. udp 24 false 512" NOERROR qr,aa,rd 24 0.000123s "0"',
    );
  });

  test('a client on IPv6 over TCP that sets DO', () => {
    const fixture = new Fixture({});
    fixture.direct.isTcp = true;
    fixture.direct.family = 2;
    fixture.direct.peer = { address: 'fd00::9', port: 1 };
    const edns = { udpSize: 1232, version: 0, isDnssecOk: true, extendedRcode: 0, options: [] };
    expect(fixture.ask('.', 1500, queryPacket('.', 'A', { edns }))).toBe(
      '[fd00::9]:1 - 4711 "A IN . tcp 28 true 65535" NOERROR qr,aa,rd 17 1.5s "0"',
    );
  });

  test('flags of the reply and odd octets of the name', () => {
    const fixture = new Fixture({ format: '{name} {>rflags} {local} ü' });
    const packet = queryPacket('a\\001\\.\\255.test.', 'A');
    packet[2] = 0;
    packet[3] = 0x10;
    fixture.direct.isRecursionAvailable = true;
    expect(fixture.ask('', 0, packet)).toBe('a\\001\\.\\255.test. qr,aa,cd [::] ü');
  });

  test('the longest name, all of it escaped', () => {
    const name = `${`${'\\001'.repeat(61)}.`.repeat(4)}\\001\\001\\001.`;
    expect(new Fixture({ format: '{name}' }).ask(name)).toBe(name);
  });
});

describe('the general path keeps', () => {
  test.each<[string, Partial<LogRuleOptions>]>([
    ['metadata', { format: '{name} {/kubernetes/kind}' }],
    ['a class of answers', { classes: ['denial'] }],
  ])('%s', (_about, rule) => {
    const fixture = new Fixture({ scope: 'a.test.' }, { scope: 'test.', ...rule });
    expect(fixture.ask('a.test.')).toContain(' a.test. ');
    expect(fixture.ask('b.test.')).toBeUndefined();
    expect(new Fixture(rule).role?.kind).toBe('screen');
  });
});

test('names of no rule and rules of errors leave no line', () => {
  const fixture = new Fixture(
    { scope: 'a.test.', classes: ['error'] },
    { scope: 'test.', format: '{name}' },
  );
  expect(fixture.ask('a.test.')).toBe('');
  expect(fixture.ask('example.org.')).toBe('');
  expect(fixture.ask('b.test.')).toBe('b.test.');
});
