// Copies of a primary's zones: fetching, NOTIFY, what queries get.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Opcode } from '../../../../src/dns/codes/opcode.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { RRType } from '../../../../src/dns/codes/rr-type.ts';
import type { Message } from '../../../../src/dns/message.ts';
import { formatName } from '../../../../src/dns/name.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { offerNotifier } from '../../../../src/plugin/zone-notifier.ts';
import { secondaryServing } from '../../../../src/plugins/secondary/secondary.ts';
import { name, record } from '../../../support/record-lines.ts';
import { ask, PLAIN, SecondaryBench, zoneRecords } from '../../../support/secondary-bench.ts';

let bench: SecondaryBench;

beforeEach(async () => {
  bench = await SecondaryBench.open();
});
afterEach(() => bench.close());

describe('fetching', () => {
  test('brings the zone', async () => {
    const handler = await bench.load(PLAIN);
    expect(await ask(handler)).toBe(`unwritten ${Rcode.SERVFAIL}`);
    await bench.logged('Transferred');
    expect(bench.lines).toEqual([
      `[INFO] plugin/file: Transferred: zone.test. from 127.0.0.1:${bench.primary.port}`,
    ]);
    expect(await ask(handler)).toBe('w.zone.test. 60 IN A 10.0.0.1');
    expect(await ask(handler, 'zone.test.', 'AXFR')).toBe(`unwritten ${Rcode.REFUSED}`);
    expect(handler.transfer(name('zone.test.'), 0)).toHaveLength(3);
    expect(handler.transfer(name('w.zone.test.'), 0)).toBeUndefined();
  });

  test('goes on to the next primary, and tries again with growing pauses', async () => {
    const [records] = bench.zones.values();
    bench.zones.clear();
    await bench.load('secondary zone.test {\ntransfer from 127.0.0.1:1 127.0.0.1:PORT\n}');
    await bench.logged('retrying in 250ms');
    expect(bench.lines).toEqual([
      '[ERROR] plugin/file: Failed to setup transfer `zone.test.\' with `"127.0.0.1:1"\': dial tcp 127.0.0.1:1: connect: connection refused',
      `[ERROR] plugin/file: Failed to transfer \`zone.test.' from "127.0.0.1:${bench.primary.port}": dns: bad xfr rcode: 5`,
      "[WARNING] plugin/secondary: All 'zone.test.' masters failed to transfer, retrying in 250ms: dns: bad xfr rcode: 5",
    ]);
    bench.clock.advance(250);
    await bench.logged('retrying in 500ms');
    bench.zones.set('zone.test.', records ?? []);
    bench.clock.advance(500);
    await bench.logged('Transferred');
  });

  test.each([
    [
      'something else',
      (): Partial<Message>[] => [{ answer: [record('w.zone.test. 60 IN A 10.0.0.1')] }],
      'dns: no SOA',
    ],
    [
      'another ID',
      (query: Message): Partial<Message>[] => [{ id: query.id ^ 1, answer: zoneRecords(1) }],
      'dns: id mismatch',
    ],
    [
      'an NSEC3 zone',
      (): Partial<Message>[] => [
        { answer: [...zoneRecords(1, 'x.zone.test. 60 IN NSEC3PARAM 1 0 0 -'), ...zoneRecords(1)] },
      ],
      'NSEC3 zone is not supported, dropping RR: x.zone.test. for zone: zone.test.',
    ],
  ])('refuses %s', async (_what, answer, error) => {
    bench.primary.respond = answer;
    await bench.load(PLAIN);
    await bench.logged('retrying in 250ms');
    expect(bench.lines[0]).toContain(error);
  });

  test('gives up on a primary that is silent', async () => {
    bench.primary.respond = (): Partial<Message>[] => {
      setImmediate(() => bench.clock.advance(2000));
      return [];
    };
    await bench.load(PLAIN);
    await bench.logged('i/o timeout');
  });

  test('a port that is none fails without a connection', async () => {
    await bench.load('secondary zone.test {\ntransfer from 127.0.0.1:99999\n}');
    await bench.logged('dial tcp: address 99999: invalid port');
  });

  test('tells the secondaries of this server', async () => {
    const notified: string[] = [];
    offerNotifier(bench.plugins, {
      notify: async (each) => {
        notified.push(formatName(each));
        return 'nobody listens';
      },
    });
    await bench.load(PLAIN);
    await bench.logged('[WARNING] plugin/file: Failed sending notifies: nobody listens');
    expect(notified).toEqual(['zone.test.']);
  });
});

describe('NOTIFY', () => {
  test('of a primary is acknowledged, and a newer zone is fetched', async () => {
    const handler = await bench.load(PLAIN);
    await bench.logged('Transferred');
    expect(await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY)).toBe('rcode 0');
    await bench.logged(
      '[INFO] plugin/file: Notify from 127.0.0.1 for zone.test.: no SOA serial increase seen',
    );
    bench.zones.set('zone.test.', zoneRecords(2, 'w.zone.test. 60 IN A 10.0.0.2'));
    await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY);
    await bench.logged('Notify from 127.0.0.1 for zone.test.: checking transfer', 2);
    await bench.logged('Transferred', 2);
    expect(await ask(handler)).toContain('10.0.0.2');
    bench.zones.clear();
    await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY);
    await bench.logged(
      '[WARNING] plugin/file: Notify from 127.0.0.1 for zone.test.: failed primary check: rcode was "REFUSED", no SOA',
    );
  });

  test('of others is dropped', async () => {
    const handler = await bench.load('secondary zone.test {\ntransfer from 127.0.0.2:1\n}');
    expect(await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY)).toBe('unwritten 0');
    expect(bench.lines[0]).toBe(
      '[INFO] plugin/file: Dropping notify from 127.0.0.1 for zone.test.',
    );
  });

  test('that leads to a failed transfer is told', async () => {
    const handler = await bench.load(PLAIN);
    await bench.logged('Transferred');
    bench.primary.respond = ({ questions }): Partial<Message>[] =>
      questions[0]?.type === RRType.SOA
        ? [{ answer: zoneRecords(9) }]
        : [{ rcode: Rcode.SERVFAIL }];
    await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY);
    await bench.logged(
      '[WARNING] plugin/file: Notify from 127.0.0.1 for zone.test.: transfer failed: dns: bad xfr rcode: 2',
    );
  });
});

test('names that do not exist may fall through; zones of others pass', async () => {
  const next: Handler = { name: 'next', serve: ({ reply }) => reply.write(Rcode.NOTIMP) };
  const handler = await bench.load(
    'secondary zone.test {\ntransfer from 127.0.0.1:PORT\nfallthrough\n}',
    next,
  );
  await bench.logged('Transferred');
  expect(await ask(handler, 'none.zone.test.')).toBe('rcode 4');
  expect(await ask(handler, 'other.test.')).toBe('rcode 4');
  expect(
    secondaryServing.create(
      { channel: 'c', notifyChannel: 'n', fallthrough: undefined },
      next,
      bench.plugins.context(),
    ).name,
  ).toBe('secondary');
});

test('aliases that leave the zone are looked up by the server', async () => {
  bench.zones.set('zone.test.', zoneRecords(1, 'out.zone.test. 60 IN CNAME w.other.test.'));
  const handler = await bench.load(PLAIN);
  bench.plugins.first = {
    name: 'other',
    serve: ({ reply }) => {
      reply.answer.push(record('w.other.test. 60 IN A 10.0.0.5'));
      return reply.write(Rcode.NOERROR);
    },
  };
  await bench.logged('Transferred');
  expect(await ask(handler, 'out.zone.test.')).toContain('w.other.test. 60 IN A 10.0.0.5');
});

test('a primary that is gone is told by its socket error', async () => {
  const handler = await bench.load(PLAIN);
  await bench.logged('Transferred');
  await bench.primary.close();
  await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY);
  await bench.logged('failed primary check: dial tcp');
  bench = await SecondaryBench.open();
});
