// Copies of a primary's zones: both halves joined, a real primary on 127.0.0.1, a fake clock.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Dispenser } from '../../../../src/corefile/dispenser.ts';
import { Opcode } from '../../../../src/dns/codes/opcode.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { RRType } from '../../../../src/dns/codes/rr-type.ts';
import type { Message } from '../../../../src/dns/message.ts';
import { formatName } from '../../../../src/dns/name.ts';
import { type ResourceRecord, recordText } from '../../../../src/dns/record.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { EndOfChain } from '../../../../src/plugin/next.ts';
import { offerNotifier } from '../../../../src/plugin/zone-notifier.ts';
import { type SecondaryOptions, secondaryRows } from '../../../../src/plugins/secondary/options.ts';
import { SecondaryHandler, secondaryServing } from '../../../../src/plugins/secondary/secondary.ts';
import { isOlderSerial } from '../../../../src/plugins/secondary/serial.ts';
import { secondaryControl } from '../../../../src/plugins/secondary/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { DnsResponder } from '../../../support/dns-responder.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name, record } from '../../../support/record-lines.ts';

/** What the primary holds, by zone; all else is refused. */
let zones: Map<string, ResourceRecord[]>;
let primary: DnsResponder;
let clock: FakeClock;
let bench: PluginBench;

function zone(serial: number, ...lines: readonly string[]): ResourceRecord[] {
  return [`zone.test. 60 IN SOA a. b. ${serial} 100 10 1000 5`, ...lines].map(record);
}

function respond({ questions }: Message): Partial<Message>[] {
  const [question] = questions;
  const records = question && zones.get(formatName(question.name));
  if (question === undefined || records === undefined) return [{ rcode: Rcode.REFUSED }];
  const soa = records.slice(0, 1);
  if (question.type === RRType.SOA) return [{ answer: soa }];
  // Each record in a message of its own.
  return [...records, ...soa].map((each) => ({ answer: [each] }));
}

beforeEach(async () => {
  zones = new Map([['zone.test.', zone(1, 'w.zone.test. 60 IN A 10.0.0.1')]]);
  primary = await DnsResponder.open(respond);
  clock = new FakeClock();
  bench = new PluginBench(clock);
});
afterEach(async () => {
  await bench.run('shutdown');
  await primary.close();
});

/** Sets a directive up, makes the handler and begins to fetch; PORT is the primary's. */
async function load(
  lines: string,
  next: Handler = new EndOfChain('secondary'),
): Promise<SecondaryHandler> {
  const text = lines.replaceAll('PORT', String(primary.port));
  const tokens = text.split('\n').flatMap((row, line) =>
    row
      .trim()
      .split(/\s+/)
      .map((word) => ({ text: word, file: 'Corefile', line })),
  );
  const [options] = await secondaryControl.setup(
    new Dispenser('Corefile', tokens),
    bench.block(['.']),
  );
  await bench.run('started');
  return new SecondaryHandler(options as SecondaryOptions, next, bench.context());
}

const PLAIN = 'secondary zone.test {\ntransfer from 127.0.0.1:PORT\n}';

async function ask(
  handler: Handler,
  asked = 'w.zone.test.',
  type = 'A',
  opcode = 0,
): Promise<string> {
  const exchange = exchangeFor({ name: asked, type, opcode });
  const outcome = await handler.serve(exchange);
  if (!exchange.reply.isWritten) return `unwritten ${outcome}`;
  return exchange.reply.answer.map(recordText).join() || `rcode ${exchange.reply.rcode}`;
}

/** Waits for socket work: until the log holds so many lines with the text. */
async function logged(text: string, count = 1): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (bench.log.lines.filter((line) => line.includes(text)).length >= count) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never logged: ${text}; ${bench.log.lines.join(' | ')}`);
}

/** Lets time pass when the next timer is there: `nextMs` is what it is due in, at most. */
async function pass(ms: number): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    const due = clock.nextDueInMs;
    if (due !== undefined && due <= ms && due > 2000 - 1 === ms > 2000 - 1) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  clock.advance(ms);
}

describe('fetching', () => {
  test('brings the zone', async () => {
    const handler = await load(PLAIN);
    expect(await ask(handler)).toBe(`unwritten ${Rcode.SERVFAIL}`);
    await logged('Transferred');
    expect(bench.log.lines).toEqual([
      `[INFO] plugin/file: Transferred: zone.test. from 127.0.0.1:${primary.port}`,
    ]);
    expect(await ask(handler)).toBe('w.zone.test. 60 IN A 10.0.0.1');
    expect(await ask(handler, 'zone.test.', 'AXFR')).toBe(`unwritten ${Rcode.REFUSED}`);
    expect(handler.transfer(name('zone.test.'), 0)).toHaveLength(3);
    expect(handler.transfer(name('w.zone.test.'), 0)).toBeUndefined();
  });

  test('goes on to the next primary, and tries again with growing pauses', async () => {
    const [records] = zones.values();
    zones.clear();
    await load('secondary zone.test {\ntransfer from 127.0.0.1:1 127.0.0.1:PORT\n}');
    await logged('retrying in 250ms');
    expect(bench.log.lines).toEqual([
      '[ERROR] plugin/file: Failed to setup transfer `zone.test.\' with `"127.0.0.1:1"\': dial tcp 127.0.0.1:1: connect: connection refused',
      `[ERROR] plugin/file: Failed to transfer \`zone.test.' from "127.0.0.1:${primary.port}": dns: bad xfr rcode: 5`,
      "[WARNING] plugin/secondary: All 'zone.test.' masters failed to transfer, retrying in 250ms: dns: bad xfr rcode: 5",
    ]);
    await pass(250);
    await logged('retrying in 500ms');
    zones.set('zone.test.', records ?? []);
    await pass(500);
    await logged('Transferred');
  });

  test.each([
    [
      'something else',
      (): Partial<Message>[] => [{ answer: [record('w.zone.test. 60 IN A 10.0.0.1')] }],
      'dns: no SOA',
    ],
    [
      'another ID',
      (query: Message): Partial<Message>[] => [{ id: query.id ^ 1, answer: zone(1) }],
      'dns: id mismatch',
    ],
    [
      'an NSEC3 zone',
      (): Partial<Message>[] => [
        { answer: [...zone(1, 'x.zone.test. 60 IN NSEC3PARAM 1 0 0 -'), ...zone(1)] },
      ],
      'NSEC3 zone is not supported, dropping RR: x.zone.test. for zone: zone.test.',
    ],
  ])('refuses %s', async (_what, answer, error) => {
    primary.respond = answer;
    await load(PLAIN);
    await logged('retrying in 250ms');
    expect(bench.log.lines[0]).toContain(error);
  });

  test('gives up on a primary that is silent', async () => {
    primary.respond = (): Partial<Message>[] => {
      setImmediate(() => clock.advance(2000));
      return [];
    };
    await load(PLAIN);
    await logged('i/o timeout');
  });

  test('a port that is none fails without a connection', async () => {
    await load('secondary zone.test {\ntransfer from 127.0.0.1:99999\n}');
    await logged('dial tcp: address 99999: invalid port');
  });

  test('tells the secondaries of this server', async () => {
    const notified: string[] = [];
    offerNotifier(bench, {
      notify: async (each) => {
        notified.push(formatName(each));
        return 'nobody listens';
      },
    });
    await load(PLAIN);
    await logged('[WARNING] plugin/file: Failed sending notifies: nobody listens');
    expect(notified).toEqual(['zone.test.']);
  });
});

describe('the times of the SOA', () => {
  test('refresh: a newer serial is fetched, the same is not', async () => {
    const handler = await load(PLAIN);
    await logged('Transferred');
    await pass(100_000);
    await pass(5000);
    for (let turn = 0; turn < 20_000 && primary.queries.length < 2; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(primary.queries.map(({ questions }) => questions[0]?.type)).toEqual([
      RRType.AXFR,
      RRType.SOA,
    ]);
    zones.set('zone.test.', zone(2, 'w.zone.test. 60 IN A 10.0.0.2'));
    await pass(100_000);
    await pass(5000);
    await logged('Transferred', 2);
    expect(await ask(handler)).toContain('10.0.0.2');
  });

  test('retry and expire: an old copy answers SERVFAIL until the primary is back', async () => {
    const handler = await load(PLAIN);
    await logged('Transferred');
    const kept = zones;
    zones = new Map();
    await pass(100_000);
    await pass(5000);
    await logged('[WARNING] plugin/file: Failed refresh check rcode was "REFUSED", no SOA');
    let checks = 0;
    for (; clock.monotonicMs() < 1_000_000; checks++) {
      await pass(10_000);
      await pass(2000);
      await logged('Failed retry check', checks + 1);
    }
    expect(await ask(handler)).toBe(`unwritten ${Rcode.SERVFAIL}`);
    expect(bench.log.lines.at(-1)).toBe('[ERROR] plugin/file: Zone zone.test. is expired');
    zones = kept;
    await pass(10_000);
    await pass(2000);
    for (let turn = 0; turn < 20_000 && (await ask(handler)).startsWith('unwritten'); turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await ask(handler)).toContain('10.0.0.1');
  });
});

describe('NOTIFY', () => {
  test('of a primary is acknowledged, and a newer zone is fetched', async () => {
    const handler = await load(PLAIN);
    await logged('Transferred');
    expect(await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY)).toBe('rcode 0');
    await logged(
      '[INFO] plugin/file: Notify from 127.0.0.1 for zone.test.: no SOA serial increase seen',
    );
    zones.set('zone.test.', zone(2, 'w.zone.test. 60 IN A 10.0.0.2'));
    await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY);
    await logged('Notify from 127.0.0.1 for zone.test.: checking transfer', 2);
    await logged('Transferred', 2);
    expect(await ask(handler)).toContain('10.0.0.2');
    zones.clear();
    await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY);
    await logged(
      '[WARNING] plugin/file: Notify from 127.0.0.1 for zone.test.: failed primary check: rcode was "REFUSED", no SOA',
    );
  });

  test('of others is dropped', async () => {
    const handler = await load('secondary zone.test {\ntransfer from 127.0.0.2:1\n}');
    expect(await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY)).toBe('unwritten 0');
    expect(bench.log.lines[0]).toBe(
      '[INFO] plugin/file: Dropping notify from 127.0.0.1 for zone.test.',
    );
  });

  test('that leads to a failed transfer is told', async () => {
    const handler = await load(PLAIN);
    await logged('Transferred');
    primary.respond = ({ questions }): Partial<Message>[] =>
      questions[0]?.type === RRType.SOA ? [{ answer: zone(9) }] : [{ rcode: Rcode.SERVFAIL }];
    await ask(handler, 'zone.test.', 'SOA', Opcode.NOTIFY);
    await logged(
      '[WARNING] plugin/file: Notify from 127.0.0.1 for zone.test.: transfer failed: dns: bad xfr rcode: 2',
    );
  });
});

describe('catalogs', () => {
  function catalog(origin: string, serial: number, ...lines: readonly string[]): void {
    zones.set(
      `${origin}.`,
      [
        `${origin}. 60 IN SOA a. b. ${serial} 100 10 1000 5`,
        `${origin}. 60 IN NS invalid.`,
        `version.${origin}. 60 IN TXT "2"`,
        ...lines,
      ].map(record),
    );
  }
  const notify = (handler: Handler, origin: string): Promise<string> =>
    ask(handler, origin, 'SOA', Opcode.NOTIFY);

  test('bring zones and take them away', async () => {
    catalog(
      'cat.test',
      1,
      'a.zones.cat.test. 60 IN PTR zone.test.',
      'b.zones.cat.test. 60 IN PTR out.side.',
    );
    const handler = await load(
      'secondary cat.test {\ntransfer from 127.0.0.1:PORT\ncatalog test\n}',
    );
    await logged('Transferred: zone.test.');
    expect(await ask(handler)).toContain('10.0.0.1');
    expect(bench.log.lines).toContain(
      '[INFO] plugin/secondary: Added catalog member zone zone.test. from catalog cat.test.',
    );
    expect(bench.log.lines).toContain(
      '[INFO] plugin/secondary: Parsed catalog zone cat.test. with 2 member zones',
    );
    expect(bench.log.lines).toContain(
      '[WARNING] plugin/secondary: Skipped 1 member zones from catalog cat.test.: outside configured member zones',
    );
    expect(await notify(handler, 'zone.test.')).toBe('rcode 0');
    await logged('Notify from 127.0.0.1 for zone.test.: no SOA');
    catalog('cat.test', 2, 'c.zones.cat.test. 60 IN PTR zone.test.');
    await notify(handler, 'cat.test.');
    await logged(
      'Reset catalog member zone zone.test. from cat.test. after member ID changed from a to c',
    );
    await logged('Transferred: zone.test.', 2);
    catalog('cat.test', 3, 'c.zones.cat.test. 60 IN PTR zone.test.');
    await notify(handler, 'cat.test.');
    await logged('Parsed catalog zone cat.test. with 1 member zones', 2);
    expect(await ask(handler)).toContain('10.0.0.1');
    catalog('cat.test', 4);
    await notify(handler, 'cat.test.');
    await logged('Removed catalog member zone zone.test. from catalog cat.test.');
    expect(await ask(handler)).toBe(`unwritten ${Rcode.REFUSED}`);
  });

  test('that are none are refused', async () => {
    await load('secondary zone.test {\ntransfer from 127.0.0.1:PORT\ncatalog\n}');
    await logged('retrying in 250ms: catalog zone zone.test. has no NS record');
  });

  test('hand members over when they say so, with what these hold if they are the same', async () => {
    catalog('one.test', 1, 'a.zones.one.test. 60 IN PTR zone.test.');
    catalog('two.test', 1);
    const handler = await load(
      'secondary one.test two.test fixed.test {\ntransfer from 127.0.0.1:PORT\ncatalog\n}',
    );
    await logged('Transferred: zone.test.');
    const claim = async (serial: number, id: string): Promise<void> => {
      catalog(
        'two.test',
        serial,
        `${id}.zones.two.test. 60 IN PTR zone.test.`,
        'f.zones.two.test. 60 IN PTR fixed.test.',
      );
      await notify(handler, 'two.test.');
    };
    await claim(2, 'a');
    await logged('Skipping catalog member zone zone.test. from two.test.: zone already exists');
    await logged('Skipping catalog member zone fixed.test. from two.test.: zone already exists');
    catalog(
      'one.test',
      2,
      'a.zones.one.test. 60 IN PTR zone.test.',
      'coo.a.zones.one.test. 60 IN PTR two.test.',
    );
    await notify(handler, 'one.test.');
    await logged('Parsed catalog zone one.test. with 1 member zones', 2);
    await claim(3, 'a');
    await logged(
      'Migrated catalog member zone zone.test. from catalog one.test. to two.test., preserving state for member ID a',
    );
    expect(await ask(handler)).toContain('10.0.0.1');
    catalog(
      'two.test',
      4,
      'a.zones.two.test. 60 IN PTR zone.test.',
      'coo.a.zones.two.test. 60 IN PTR one.test.',
    );
    await notify(handler, 'two.test.');
    await logged('Parsed catalog zone two.test. with 1 member zones');
    catalog('one.test', 3, 'z.zones.one.test. 60 IN PTR zone.test.');
    await notify(handler, 'one.test.');
    await logged(
      'from catalog two.test. to one.test. with state reset after member identity changed from a to z',
    );
  });
});

test('names that do not exist may fall through; zones of others pass', async () => {
  const next: Handler = { name: 'next', serve: ({ reply }) => reply.write(Rcode.NOTIMP) };
  const handler = await load(
    'secondary zone.test {\ntransfer from 127.0.0.1:PORT\nfallthrough\n}',
    next,
  );
  await logged('Transferred');
  expect(await ask(handler, 'none.zone.test.')).toBe('rcode 4');
  expect(await ask(handler, 'other.test.')).toBe('rcode 4');
  expect(
    secondaryServing.create(
      { channel: 'c', notifyChannel: 'n', fallthrough: undefined },
      next,
      bench.context(),
    ).name,
  ).toBe('secondary');
});

test.each([
  [
    'secondary',
    'Corefile:2 - Error during parsing: secondary zones require a transfer from property',
  ],
  [
    'secondary {\ntransfer\n}',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'transfer'",
  ],
  [
    'secondary {\ntransfer from\n}',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'from'",
  ],
  ['secondary {\ntransfer to *\n}', 'Corefile:3 - Error during parsing: unknown property to'],
  ['secondary {\ntransfer from *\n}', "can't use '*' in transfer from"],
  ['secondary {\ntransfer from x\n}', "must specify an IP address: `x'"],
  [
    'secondary {\ntransfer from 127.0.0.1\ncatalog a:b:c:\n}',
    'invalid catalog member zone "a:b:c:"',
  ],
  ['secondary {\nfoo\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
])('%j: %s', async (lines, error) => {
  expect(
    await new ControlBench(clock).errorOf(secondaryControl, `a.test:1053 {\n${lines}\n}\n`),
  ).toBe(error);
});

test('all options have a sentence for the README; catalogs add up', async () => {
  for (const { name: word, doc } of secondaryRows) expect(doc, word).not.toBe('');
  const text =
    'a.test:1053 {\nsecondary {\ntransfer from 127.0.0.1\ncatalog b.test\ncatalog c.test b.test\n}\n}\n';
  expect(await new ControlBench(clock).load(secondaryControl, text)).toHaveLength(1);
  const all = text.replace('c.test b.test', '');
  expect(await new ControlBench(clock).load(secondaryControl, all)).toHaveLength(1);
});

test.each([
  [1, 2, true],
  [2, 1, false],
  [1, 1, false],
  [0xffff_ffff, 0, true],
  [0, 0xffff_ffff, false],
  [0, 2 ** 31 - 1, true],
])('serial %d is older than %d: %s', (a, b, isOlder) => {
  expect(isOlderSerial(a, b)).toBe(isOlder);
});
