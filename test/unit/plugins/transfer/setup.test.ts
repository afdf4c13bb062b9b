// The control half of transfer: stanzas, CoreDNS's error texts, and notifications to real sockets.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Opcode } from '../../../../src/dns/codes/opcode.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { formatName } from '../../../../src/dns/name.ts';
import { notifierOf, type ZoneNotifier } from '../../../../src/plugin/zone-notifier.ts';
import { transferRows } from '../../../../src/plugins/transfer/options.ts';
import type { TransferOptions } from '../../../../src/plugins/transfer/rules.ts';
import { transferControl } from '../../../../src/plugins/transfer/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { DnsResponder } from '../../../support/dns-responder.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name } from '../../../support/record-lines.ts';

let bench: ControlBench;
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
  bench = new ControlBench(clock);
});

async function load(lines: string): Promise<TransferOptions> {
  const [options] = await bench.load(transferControl, `a.test:1053 {\n${lines}\n}\n`);
  return options as TransferOptions;
}

describe('stanzas', () => {
  test('are for the zones that they name, or those of the block', async () => {
    expect(
      await load(
        'transfer {\nto * 10.0.0.1:5353\nto [2001:DB8::1]:53\n}\ntransfer b.test c.test {\nto 10.0.0.2\n}',
      ),
    ).toEqual({
      rules: [
        { zones: ['a.test.'], clients: ['*', '10.0.0.1', '2001:db8::1'] },
        { zones: ['b.test.', 'c.test.'], clients: ['10.0.0.2'] },
      ],
    });
  });

  test.each([
    ['transfer', "plugin/transfer: Corefile:2 - Error during parsing: 'to' is required"],
    [
      'transfer {\nto\n}',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'to'",
    ],
    ['transfer {\nto x\n}', "must specify an IP address: `x'"],
    [
      'transfer {\nfoo\n}',
      'plugin/transfer: Corefile:3 - Error during parsing: unknown property "foo"',
    ],
    [
      'transfer {\nto *\nsource x\n}',
      'plugin/transfer: Corefile:4 - Error during parsing: invalid source address "x"',
    ],
    [
      'transfer {\nto *\nsource 127.0.0.1\nsource ::1\n}',
      'plugin/transfer: Corefile:5 - Error during parsing: source already specified',
    ],
  ])('%j: %s', async (lines, error) => {
    expect(await bench.errorOf(transferControl, `a.test:1053 {\n${lines}\n}\n`)).toBe(error);
  });

  test('all options have a sentence for the README', () => {
    for (const { name: word, doc } of transferRows) expect(doc, word).not.toBe('');
  });
});

describe('notifications', () => {
  let server: DnsResponder;

  beforeEach(async () => {
    server = await DnsResponder.open(() => [{ rcode: Rcode.NOERROR }]);
  });
  afterEach(() => server.close());

  async function notifier(lines: string): Promise<ZoneNotifier> {
    await load(lines.replaceAll('PORT', String(server.port)));
    const [block] = bench.blocks;
    const made = block && notifierOf(block);
    if (made === undefined) throw new Error('no notifier');
    return made;
  }

  test('go to every host of the stanza that holds the zone', async () => {
    const made = await notifier('transfer {\nto * 127.0.0.1:PORT\nsource 127.0.0.1\n}');
    expect(await made.notify(name('a.test.'))).toBe('');
    const [query] = server.queries;
    expect(query).toMatchObject({
      opcode: Opcode.NOTIFY,
      authoritative: true,
      recursionDesired: false,
    });
    expect(query?.questions.map((each) => formatName(each.name))).toEqual(['a.test.']);
    expect(bench.log.lines).toEqual([
      `[DEBUG] plugin/transfer: Sent notifies for zone "a.test." to [* 127.0.0.1:${server.port}]`,
    ]);
  });

  test('nobody is told of other zones', async () => {
    const made = await notifier('transfer {\nto 127.0.0.1:PORT\n}');
    expect(await made.notify(name('b.test.'))).toBe('');
    expect(server.queries).toEqual([]);
  });

  test('are sent three times to who does not accept them', async () => {
    server.respond = () => [{ rcode: Rcode.REFUSED }];
    const made = await notifier('transfer {\nto 127.0.0.1:PORT\n}');
    expect(await made.notify(name('a.test.'))).toBe(
      `notify for zone "a.test." was not accepted by "127.0.0.1:${server.port}": rcode was "REFUSED"`,
    );
    expect(server.queries).toHaveLength(3);
  });

  test('silence is told apart', async () => {
    server.respond = (): [] => {
      // The query is here: let its time pass.
      setImmediate(() => clock.advance(2000));
      return [];
    };
    const made = await notifier('transfer {\nto 127.0.0.1:PORT\n}');
    const problem = await made.notify(name('a.test.'));
    expect(problem).toMatch(
      /^notify for zone "a.test." was not accepted by "127.0.0.1:\d+": "read udp 127.0.0.1:\d+->127.0.0.1:\d+: i\/o timeout"$/,
    );
    expect(server.queries).toHaveLength(3);
  });
});
