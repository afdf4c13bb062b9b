// `nodens check`: every problem, no socket.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { check } from '../../../src/cli/check.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodens-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const conf = join(folder, 'Corefile');

async function run(text: string): Promise<{ code: number; lines: string[] }> {
  writeFileSync(conf, text);
  const lines: string[] = [];
  const code = await check({ conf, port: '53' }, (line) => lines.push(line));
  return { code, lines };
}

test.each([
  ['a plain Corefile', '.:1053 {\n whoami\n log\n errors\n}\n'],
  ['the built-in one', ''],
  ['port 53, which needs a right to be opened', '. {\n whoami\n}\n'],
])('%s is fine', async (_what, text) => {
  expect(await run(text)).toEqual({ code: 0, lines: ['Corefile is fine'] });
});

test('every plugin that is not built is listed', async () => {
  const { code, lines } = await run('. {\n whoami\n geoip x\n}\na.test {\n route53 y\n}\n');
  expect(code).toBe(1);
  expect(lines.toSorted()).toEqual([
    '2 problem(s)',
    'plugin/geoip: not supported yet',
    'plugin/route53: not supported yet',
  ]);
});

test('a scheme that is not spoken is listed with the rest, once', async () => {
  const both = await run('https://. {\n geoip x\n}\n');
  expect(both.lines).toEqual([
    'server key https://.:443: not supported yet',
    'plugin/geoip: not supported yet',
    '2 problem(s)',
  ]);
  expect((await run('https://. {\n whoami\n}\n')).lines).toEqual([
    'server key https://.:443: not supported yet',
    '1 problem(s)',
  ]);
});

test.each([
  ['a syntax error', '. {\n', 'Corefile:'],
  ['an unknown directive', '. {\n nosuch\n}\n', "Unknown directive 'nosuch'"],
  ['an overlap', '. {\n}\n. {\n}\n', 'it is already defined'],
  [
    'a bad option',
    '. {\n bind\n}\n',
    'plugin/bind: at least one address or interface name is expected',
  ],
])('%s is a problem', async (_what, text, problem) => {
  const { code, lines } = await run(text);
  expect(code).toBe(1);
  expect(lines[0]).toContain(problem);
  expect(lines.at(-1)).toBe('1 problem(s)');
});

test('a file that is not there is a problem', async () => {
  const lines: string[] = [];
  const missing = join(folder, 'missing');
  expect(await check({ conf: missing, port: '53' }, (line) => lines.push(line))).toBe(1);
  expect(lines[0]).toBe(`open ${missing}: no such file or directory`);
});

test('opens no socket: the port of a running server does not matter', async () => {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  expect(
    (await run(`.:${port} {\n bind 127.0.0.1\n whoami\n health 127.0.0.1:${port}\n}\n`)).code,
  ).toBe(0);
  server.close();
});
