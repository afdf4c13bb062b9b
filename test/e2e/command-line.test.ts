// The command line of the program as operators meet it: flags, standard input, pid file, exit codes, tools.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { ask } from '../support/dns-client.ts';
import { PipedServer, runNodens } from '../support/run-nodens.ts';
import { boot, freePort, launch, type ServerProcess } from '../support/server.ts';
import { TcpClient } from '../support/tcp-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodens-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const running: ServerProcess[] = [];
const pipes: PipedServer[] = [];
afterEach(async () => {
  for (const each of pipes.splice(0)) each.kill();
  await Promise.all(running.splice(0).map((server) => server.stop()));
});
async function start(text: string): Promise<ServerProcess> {
  const server = await boot(text);
  running.push(server);
  return server;
}
function piped(...words: ConstructorParameters<typeof PipedServer>): PipedServer {
  const server = new PipedServer(...words);
  pipes.push(server);
  return server;
}

describe('flags that print and end', () => {
  test('-version prints two lines', async () => {
    const { code, stdout, stderr } = await runNodens(['-version']);
    expect([code, stderr]).toEqual([0, '']);
    const [product, build, end] = stdout.split('\n');
    expect(product).toBe(`Nodens-${packageFile.version}`);
    expect(build).toMatch(/^linux\/(amd64|arm64), node26\.\d+\.\d+, \S+$/);
    expect(end).toBe('');
  });

  test('-plugins prints the words of CoreDNS in its order', async () => {
    const { code, stdout } = await runNodens(['--plugins']);
    const words = stdout.split('\n');
    expect(code).toBe(0);
    expect(words.slice(-3)).toEqual(['on', '', '']);
    const plugins = words.slice(0, -3);
    expect(plugins).toEqual(plugins.toSorted());
    expect(plugins).toContain('kubernetes');
    expect(plugins.length).toBeGreaterThan(50);
  });

  test.each([
    [['-nosuch'], 2, 'flag provided but not defined: -nosuch\nUsage of'],
    [['-conf'], 2, 'flag needs an argument: -conf\nUsage of'],
    [['-help'], 0, 'Usage of'],
    [['a', 'b'], 1, 'extra command line arguments: [a b]\n'],
    [
      ['-conf', '/nonexistent/Corefile'],
      1,
      'loading Caddyfile via flag: open /nonexistent/Corefile: no such file or directory\n',
    ],
  ])('%j ends with exit code %i and a text on standard error', async (args, exitCode, text) => {
    const { code, stderr } = await runNodens(args);
    expect(code).toBe(exitCode);
    expect(stderr).toContain(text);
  });
});

describe('starting', () => {
  test('a Corefile comes by standard input', async () => {
    const port = await freePort();
    const input = `.:${port} {\n bind 127.0.0.1\n whoami\n}\n`;
    const server = piped(['-conf', 'stdin'], { input });
    await server.printed('Nodens-');
    expect(server.stdout).toContain(`.:${port} on 127.0.0.1\n`);
    expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    expect(await server.terminate()).toBe(0);
  });

  test('errors in standard input name /dev/stdin', async () => {
    const { code, stderr, stdout } = await runNodens(['-conf', 'stdin', '-quiet'], {
      input: '. {\n nosuch\n}\n',
    });
    expect(code).toBe(1);
    expect(stderr).toBe("/dev/stdin:2 - Error during parsing: Unknown directive 'nosuch'\n");
    expect(stdout).toBe('');
  });

  test('the banner names each zone, a bound address and odd zones, before the version', async () => {
    const port = await freePort();
    const server = await start(`b.test:${port} _a.test:${port} {\n bind 127.0.0.1\n whoami\n}\n`);
    const lines = server.stdout.split('\n').slice(1);
    expect(lines.slice(0, 4)).toEqual([
      'Warning: Domain "_a.test." does not follow RFC1035 preferred syntax',
      `_a.test.:${port} on 127.0.0.1`,
      `b.test.:${port} on 127.0.0.1`,
      `Nodens-${packageFile.version}`,
    ]);
  });

  test('without a Corefile the built-in one serves on the port of -dns.port, and -quiet prints nothing', async () => {
    const port = await freePort();
    const cwd = mkdtempSync(join(folder, 'empty-'));
    const server = piped(['-dns.port', String(port), '-quiet'], { cwd });
    let client: TcpClient | undefined;
    for (let round = 0; round < 100_000 && client === undefined; round += 1) {
      client = await TcpClient.connect(port).catch(() => undefined);
    }
    client?.socket.destroy();
    // TCP is open before UDP is.
    expect((await ask('a.test.', 'A', { port, isTcp: true }))?.rcode).toBe(Rcode.NOERROR);
    // The first line that is ever printed is the query log of the built-in Corefile.
    await server.printed('a.test.');
    expect(server.stdout).toMatch(/^\[INFO\] 127\.0\.0\.1:\d+ - /);
    expect(await server.terminate()).toBe(0);
  });

  test('port 0 is any free port', async () => {
    const server = await start('.:0 {\n bind 127.0.0.1\n whoami\n}\n');
    expect(server.stdout).toContain('\n.:0 on 127.0.0.1\n');
  });

  test('no address left ends with exit code 0', async () => {
    const server = launch('.:1053 {\n bind 127.0.0.1 {\n  except 127.0.0.1\n }\n whoami\n}\n');
    running.push(server);
    expect(await server.exited()).toBe(0);
  });

  test.each([
    ['a syntax error', (_port: number) => '. {\n', /^Corefile|Corefile:\d+ - /],
    [
      'an unsupported plugin',
      (port: number) => `.:${port} {\n geoip x\n}\n`,
      /^plugin\/geoip: not supported yet\n$/,
    ],
    [
      'an overlap',
      (port: number) => `.:${port} {\n}\n.:${port} {\n}\n`,
      /^cannot serve dns:\/\/\.:\d+ - it is already defined\n$/,
    ],
    ['a port that is none', () => '.:99999 {\n}\n', /address 99999: invalid port\n$/],
  ])('%s is one line on standard error and exit code 1', async (_what, corefile, text) => {
    const server = launch(corefile(await freePort()));
    running.push(server);
    expect(await server.exited()).toBe(1);
    expect(server.stderr).toMatch(text);
    expect(server.stdout).not.toContain('Nodens-');
  });

  test('the pid file is there while the server runs', async () => {
    const port = await freePort();
    const pidfile = join(folder, 'pid');
    const corefile = join(folder, 'Corefile.pid');
    writeFileSync(corefile, `.:${port} {\n whoami\n}\n`);
    const server = launch('', { args: ['-conf', corefile, '-pidfile', pidfile] });
    running.push(server);
    await server.printed('Nodens-');
    expect(readFileSync(pidfile, 'utf8')).toBe(`${server.pid}\n`);
    server.signal('SIGTERM');
    expect(await server.exited()).toBe(0);
    expect(existsSync(pidfile)).toBe(false);
  });

  test('a pid file that cannot be written is an error line and no more', async () => {
    const port = await freePort();
    const corefile = join(folder, 'Corefile.badpid');
    writeFileSync(corefile, `.:${port} {\n whoami\n}\n`);
    const server = launch('', { args: ['-conf', corefile, '-pidfile', '/nonexistent/pid'] });
    running.push(server);
    await server.printed('Nodens-');
    expect(server.stdout).toContain(
      '[ERROR] Could not write pidfile: open /nonexistent/pid: no such file or directory',
    );
  });
});

describe('tools', () => {
  test('check lists what the server cannot do, with exit code 1', async () => {
    const { code, stdout } = await runNodens(['check', '-conf', 'stdin'], {
      input: '. {\n geoip x\n}\n',
    });
    expect([code, stdout]).toEqual([1, 'plugin/geoip: not supported yet\n1 problem(s)\n']);
    const fine = await runNodens(['check', '-conf', 'stdin'], { input: '. {\n whoami\n}\n' });
    expect([fine.code, fine.stdout]).toEqual([0, 'Corefile is fine\n']);
  });

  test('lookup asks a running server', async () => {
    const port = await freePort();
    await start(`.:${port} {\n bind 127.0.0.1\n whoami\n}\n`);
    const { code, stdout } = await runNodens([
      'lookup',
      'a.test.',
      'A',
      '--server',
      `127.0.0.1:${port}`,
    ]);
    // whoami answers in the additional section alone: no data.
    expect([code, stdout]).toEqual([1, 'query a.test. A: NOERROR, 0 records\nno answer: nodata\n']);
  });

  test('lookup without a name shows its usage with exit code 2', async () => {
    const { code, stderr } = await runNodens(['lookup']);
    expect(code).toBe(2);
    expect(stderr).toContain('a name to look up is needed\nUsage: nodens lookup');
  });
});
