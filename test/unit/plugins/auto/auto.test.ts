// Zones of a folder, from files to answers: both halves joined, real files, a fake clock.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Dispenser } from '../../../../src/corefile/dispenser.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { formatName } from '../../../../src/dns/name.ts';
import { recordText } from '../../../../src/dns/record.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { EndOfChain } from '../../../../src/plugin/next.ts';
import { offerNotifier } from '../../../../src/plugin/zone-notifier.ts';
import { AutoHandler, type AutoOptions, autoServing } from '../../../../src/plugins/auto/auto.ts';
import { autoRows } from '../../../../src/plugins/auto/options.ts';
import { autoControl } from '../../../../src/plugins/auto/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name, record } from '../../../support/record-lines.ts';

let folder: string;
let clock: FakeClock;
let bench: PluginBench;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auto-'));
  clock = new FakeClock();
  bench = new PluginBench(clock);
});
afterEach(async () => {
  await bench.run('shutdown');
  rmSync(folder, { recursive: true });
});

function write(file: string, serial: number, address = '10.0.0.1'): void {
  writeFileSync(join(folder, file), `@ 60 IN SOA a. b. ${serial} 2 3 4 5\nw 60 IN A ${address}\n`);
}

/** Sets the directive up and makes the handler; nothing is loaded before the startup hook. */
async function load(lines: string, next: Handler = new EndOfChain('auto')): Promise<AutoHandler> {
  const tokens = lines.split('\n').flatMap((text, line) =>
    text
      .trim()
      .split(/\s+/)
      .map((word) => ({ text: word, file: 'Corefile', line })),
  );
  const [options] = await autoControl.setup(new Dispenser('Corefile', tokens), bench.block(['.']));
  return new AutoHandler(options as AutoOptions, next, bench.context());
}

async function ask(handler: Handler, asked: string, type = 'A'): Promise<string> {
  const exchange = exchangeFor({ name: asked, type });
  const outcome = await handler.serve(exchange);
  if (!exchange.reply.isWritten) return `unwritten ${outcome}`;
  return exchange.reply.answer.map(recordText).join() || `rcode ${exchange.reply.rcode}`;
}

/** Waits for file work; the line that ends it is in the log. */
async function logged(text: string): Promise<void> {
  for (let turn = 0; turn < 5000; turn++) {
    if (bench.log.lines.some((line) => line.includes(text))) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never logged: ${text}; ${bench.log.lines.join(' | ')}`);
}

describe('the folder', () => {
  test('holds a zone a file, in folders below, too', async () => {
    write('db.one.test', 1);
    mkdirSync(join(folder, 'sub'));
    write('sub/db.Two.test', 1, '10.0.0.2');
    writeFileSync(join(folder, 'notes.txt'), 'x');
    writeFileSync(join(folder, 'db.'), 'x');
    const handler = await load(`auto {\ndirectory ${folder}\n}`);
    expect(await ask(handler, 'w.one.test.')).toBe(`unwritten ${Rcode.REFUSED}`);
    await bench.run('startup');
    expect(await ask(handler, 'w.one.test.')).toBe('w.one.test. 60 IN A 10.0.0.1');
    expect(await ask(handler, 'W.two.test.')).toBe('w.two.test. 60 IN A 10.0.0.2');
    expect(await ask(handler, 'x.two.test.')).toBe('rcode 3');
    expect(bench.log.lines).toEqual([
      `[INFO] plugin/auto: Inserting zone \`one.test.' from: ${folder}/db.one.test`,
      `[INFO] plugin/auto: Inserting zone \`Two.test.' from: ${folder}/sub/db.Two.test`,
    ]);
  });

  test('may be a link; links in it are files', async () => {
    mkdirSync(join(folder, 'data'));
    write('data/db.one.test', 1);
    symlinkSync(join(folder, 'data'), join(folder, 'db.link'));
    const handler = await load(`auto {\ndirectory ${folder}/db.link\n}`);
    await bench.run('startup');
    expect(await ask(handler, 'w.one.test.')).toContain('10.0.0.1');
    const links = await load(`auto {\ndirectory ${folder}\n}`);
    await bench.run('startup');
    expect(await ask(links, 'w.one.test.')).toContain('10.0.0.1');
    expect(bench.log.lines.join()).toContain(
      `Opening ${folder}/db.link failed: read ${folder}/db.link: is a directory`,
    );
  });

  test('that is missing is reported at every look', async () => {
    await load(`auto {\ndirectory ${folder}/none\n}`);
    await bench.run('startup');
    expect(bench.log.lines).toEqual([
      `[WARNING] plugin/auto: Directory does not exist: ${folder}/none`,
      `[WARNING] plugin/auto: error reading ${folder}/none: lstat ${folder}/none: no such file or directory`,
    ]);
  });

  test('broken files, and a second file for a zone, are reported', async () => {
    writeFileSync(join(folder, 'db.bad.test'), 'x AX\n');
    writeFileSync(join(folder, 'db.a..b'), '');
    write('db.one.test', 1);
    mkdirSync(join(folder, 'sub'));
    write('sub/db.one.test', 1, '10.0.0.9');
    const handler = await load(`auto {\ndirectory ${folder}\n}`);
    await bench.run('startup');
    expect(await ask(handler, 'w.one.test.')).toContain('10.0.0.1');
    expect(bench.log.lines.map((line) => line.slice(0, 60))).toContainEqual(
      expect.stringContaining("[WARNING] plugin/auto: Parse zone `bad.test.':"),
    );
    expect(bench.log.lines.at(-1)).toBe(
      `[WARNING] plugin/auto: Multiple zone files match origin "one.test.": using "${folder}/db.one.test" instead of "${folder}/sub/db.one.test"`,
    );
  });
});

describe('later', () => {
  test('files come, go, move and change', async () => {
    write('db.one.test', 1);
    const handler = await load(`auto {\ndirectory ${folder}\nreload 5s\n}`);
    await bench.run('startup');
    write('db.two.test', 1);
    clock.advance(5000);
    await logged("Inserting zone `two.test.'");
    rmSync(join(folder, 'db.one.test'));
    mkdirSync(join(folder, 'sub'));
    renameSync(join(folder, 'db.two.test'), join(folder, 'sub', 'db.two.test'));
    // The walk may still be on its way to its next timer.
    for (let turn = 0; turn < 5000 && clock.pendingTimers < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    clock.advance(5000);
    await logged("[INFO] plugin/auto: Deleting zone `one.test.'");
    expect(await ask(handler, 'w.one.test.')).toBe(`unwritten ${Rcode.REFUSED}`);
    expect(await ask(handler, 'w.two.test.')).toContain('10.0.0.1');
    write('sub/db.two.test', 2, '10.0.0.7');
    for (let turn = 0; turn < 5000 && clock.pendingTimers < 2; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    clock.advance(5000);
    await logged('Successfully reloaded zone "two.test."');
    expect(await ask(handler, 'w.two.test.')).toContain('10.0.0.7');
  });

  test('nothing is looked at with reload 0, nor after the end', async () => {
    write('db.one.test', 1);
    await load(`auto {\ndirectory ${folder}\nreload 0\n}`);
    await bench.run('startup');
    expect(clock.pendingTimers).toBe(0);
    await load(`auto {\ndirectory ${folder}\n}`);
    const start = bench.run('startup');
    await bench.run('shutdown');
    await start;
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('secondaries', () => {
  test('are told of every zone when sockets are open, after each look and when a zone has changed', async () => {
    write('db.one.test', 1);
    const notified: string[] = [];
    await load(`auto {\ndirectory ${folder}\nreload 5s\n}`);
    offerNotifier(bench, {
      notify: async (zone) => {
        notified.push(formatName(zone));
        return 'nobody listens';
      },
    });
    await bench.run('startup');
    expect(notified).toEqual([]);
    await bench.run('started');
    await logged('[WARNING] plugin/auto: nobody listens');
    expect(notified).toEqual(['one.test.']);
    write('db.one.test', 2);
    clock.advance(5000);
    await logged('[WARNING] plugin/file: Failed sending notifies: nobody listens');
    expect(notified.length).toBeGreaterThan(1);
  });

  test('get whole zones', async () => {
    write('db.one.test', 7);
    const handler = await load(`auto {\ndirectory ${folder}\n}`);
    await bench.run('startup');
    expect(handler.transfer(name('one.test.'), 0)?.map(recordText)).toHaveLength(3);
    expect(handler.transfer(name('one.test.'), 7)).toHaveLength(1);
    expect(handler.transfer(name('w.one.test.'), 0)).toBeUndefined();
    expect(await ask(handler, 'one.test.', 'AXFR')).toBe(`unwritten ${Rcode.REFUSED}`);
  });
});

test('names outside its zones pass, as do zones that are not there', async () => {
  write('db.one.test', 1);
  const next: Handler = { name: 'next', serve: ({ reply }) => reply.write(Rcode.NOTIMP) };
  const handler = await load(`auto one.test {\ndirectory ${folder}\n}`, next);
  await bench.run('startup');
  expect(await ask(handler, 'w.two.test.')).toBe('rcode 4');
  expect(await ask(handler, 'w.one.test.')).toContain('10.0.0.1');
  const empty = autoServing.create({ origins: ['.'], channel: 'none' }, next, bench.context());
  expect(await ask(empty, 'w.one.test.')).toBe('rcode 4');
});

test.each([
  [
    'directory',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'directory'",
  ],
  [
    'directory . (.*)',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after '(.*)'",
  ],
  [
    'directory . (.*) {1} x',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
  ],
  ['directory . x {1}', 'Corefile:3 - Error during parsing: Need at least one sub expression'],
  [`directory . ${'(x)'.repeat(4000)} {1}`, 'Corefile:3 - Error during parsing: regexp too large'],
  ['directory . (x {1}', 'error parsing regexp: missing closing ): `(x`'],
  [
    'directory package.json/x',
    "Corefile:3 - Error during parsing: Unable to access root path 'package.json/x': stat package.json/x: not a directory",
  ],
  ['reload', 'reload duration value is expected'],
  ['reload x', 'plugin/file: time: invalid duration "x"'],
  ['reload -1s', 'plugin/file: invalid duration'],
  ['foo', "Corefile:3 - Error during parsing: unknown property 'foo'"],
])('%s', async (line, error) => {
  const text = `a.test:1053 {\nauto {\nupstream 1.1.1.1\n${line}\n}\n}`.replace(
    'upstream 1.1.1.1\n',
    '',
  );
  expect(await new ControlBench().errorOf(autoControl, text)).toBe(error);
});

test('all options have a sentence for the README, and old ones are passed over', async () => {
  for (const { name: word, doc } of autoRows) expect(doc, word).not.toBe('');
  expect(
    await new ControlBench().load(autoControl, 'a.test:1053 {\nauto {\nupstream\n}\n}'),
  ).toHaveLength(1);
});

test('relative folders count from the root', async () => {
  write('db.one.test', 1);
  const words = [['auto', '{'], ['directory', '.'], ['}']];
  const tokens = words.flatMap((line, at) =>
    line.map((text) => ({ text, file: 'Corefile', line: at })),
  );
  const block = bench.block(['.'], folder);
  const [options] = await autoControl.setup(new Dispenser('Corefile', tokens), block);
  await bench.run('startup');
  const handler = new AutoHandler(options as AutoOptions, new EndOfChain('auto'), bench.context());
  expect(await ask(handler, 'w.one.test.')).toContain('10.0.0.1');
});

test('aliases that leave the zone are looked up by the server; metrics learn the zone', async () => {
  const file = '@ 60 IN SOA a. b. 1 2 3 4 5\nout 60 IN CNAME w.other.test.\n';
  writeFileSync(join(folder, 'db.one.test'), file);
  const handler = await load(`auto {\ndirectory ${folder}\n}`);
  bench.first = {
    name: 'other',
    serve: ({ reply }) => {
      reply.answer.push(record('w.other.test. 60 IN A 10.0.0.5'));
      return reply.write(Rcode.NOERROR);
    },
  };
  await bench.run('startup');
  expect(await ask(handler, 'out.one.test.')).toBe(
    'out.one.test. 60 IN CNAME w.other.test.,w.other.test. 60 IN A 10.0.0.5',
  );
  expect(handler.labelledZone(name('x.one.test.'))?.label).toBe('one.test.');
  expect(handler.labelledZone(name('x.two.test.'))).toBeUndefined();
});
