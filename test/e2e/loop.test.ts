// A server that forwards to itself notices, says why, and ends; one that does not goes on.
import { afterEach, expect, test } from 'vitest';
import { freePort, launch, type ServerProcess } from '../support/server.ts';

let server: ServerProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test('a forwarding loop ends the process and names the line at fault', async () => {
  const port = await freePort();
  server = launch(`.:${port} {\n  loop\n  forward . 127.0.0.1:${port}\n}\n`);
  expect(await server.exited()).toBe(1);
  expect(server.stdout).toContain(`[ERROR] plugin/loop: "forward" names 127.0.0.1:${port}`);
  expect(server.stdout).toMatch(
    new RegExp(
      `\\[FATAL\\] plugin/loop: Loop \\(127\\.0\\.0\\.1:\\d+ -> :${port}\\) detected for zone "\\.", see https://coredns\\.io/plugins/loop#troubleshooting\\. Query: "HINFO \\d+\\.\\d+\\."\\n`,
    ),
  );
});

test('a server without a loop answers its probe and goes on', async () => {
  const port = await freePort();
  server = launch(`.:${port} {\n  loop\n  log\n  whoami\n}\n`);
  await server.printed('NOERROR qr,aa,rd');
  expect(server.stdout).toMatch(/"HINFO IN \d+\.\d+\. udp \d+ false 512" NOERROR/);
  expect(server.stdout).not.toContain('FATAL');
});
