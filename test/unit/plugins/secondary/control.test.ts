// Member zones of catalogs: they come, go and change hands.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Opcode } from '../../../../src/dns/codes/opcode.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { record } from '../../../support/record-lines.ts';
import { ask, SecondaryBench } from '../../../support/secondary-bench.ts';

let bench: SecondaryBench;

beforeEach(async () => {
  bench = await SecondaryBench.open();
});
afterEach(() => bench.close());

describe('catalogs', () => {
  function catalog(origin: string, serial: number, ...lines: readonly string[]): void {
    bench.zones.set(
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
    const handler = await bench.load(
      'secondary cat.test {\ntransfer from 127.0.0.1:PORT\ncatalog test\n}',
    );
    await bench.logged('Transferred: zone.test.');
    expect(await ask(handler)).toContain('10.0.0.1');
    expect(bench.lines).toContain(
      '[INFO] plugin/secondary: Added catalog member zone zone.test. from catalog cat.test.',
    );
    expect(bench.lines).toContain(
      '[INFO] plugin/secondary: Parsed catalog zone cat.test. with 2 member zones',
    );
    expect(bench.lines).toContain(
      '[WARNING] plugin/secondary: Skipped 1 member zones from catalog cat.test.: outside configured member zones',
    );
    expect(await notify(handler, 'zone.test.')).toBe('rcode 0');
    await bench.logged('Notify from 127.0.0.1 for zone.test.: no SOA');
    catalog('cat.test', 2, 'c.zones.cat.test. 60 IN PTR zone.test.');
    await notify(handler, 'cat.test.');
    await bench.logged(
      'Reset catalog member zone zone.test. from cat.test. after member ID changed from a to c',
    );
    await bench.logged('Transferred: zone.test.', 2);
    catalog('cat.test', 3, 'c.zones.cat.test. 60 IN PTR zone.test.');
    await notify(handler, 'cat.test.');
    await bench.logged('Parsed catalog zone cat.test. with 1 member zones', 2);
    expect(await ask(handler)).toContain('10.0.0.1');
    catalog('cat.test', 4);
    await notify(handler, 'cat.test.');
    await bench.logged('Removed catalog member zone zone.test. from catalog cat.test.');
    expect(await ask(handler)).toBe(`unwritten ${Rcode.REFUSED}`);
  });

  test('that are none are refused', async () => {
    await bench.load('secondary zone.test {\ntransfer from 127.0.0.1:PORT\ncatalog\n}');
    await bench.logged('retrying in 250ms: catalog zone zone.test. has no NS record');
  });

  test('hand members over when they say so, with what these hold if they are the same', async () => {
    catalog('one.test', 1, 'a.zones.one.test. 60 IN PTR zone.test.');
    catalog('two.test', 1);
    const handler = await bench.load(
      'secondary one.test two.test fixed.test {\ntransfer from 127.0.0.1:PORT\ncatalog\n}',
    );
    await bench.logged('Transferred: zone.test.');
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
    await bench.logged(
      'Skipping catalog member zone zone.test. from two.test.: zone already exists',
    );
    await bench.logged(
      'Skipping catalog member zone fixed.test. from two.test.: zone already exists',
    );
    catalog(
      'one.test',
      2,
      'a.zones.one.test. 60 IN PTR zone.test.',
      'coo.a.zones.one.test. 60 IN PTR two.test.',
    );
    await notify(handler, 'one.test.');
    await bench.logged('Parsed catalog zone one.test. with 1 member zones', 2);
    await claim(3, 'a');
    await bench.logged(
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
    await bench.logged('Parsed catalog zone two.test. with 1 member zones');
    catalog('one.test', 3, 'z.zones.one.test. 60 IN PTR zone.test.');
    await notify(handler, 'one.test.');
    await bench.logged(
      'from catalog two.test. to one.test. with state reset after member identity changed from a to z',
    );
  });
});
