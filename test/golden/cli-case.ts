// A case of the command line: a server of its own with the arguments, files and input of the case. One that still runs
// after a while is asked, or only stopped.

import { Asker, delay } from './asker.ts';
import type { GoldenCase, Observation } from './corpus.ts';
import { patiently } from './patience.ts';
import { Placeholders } from './placeholders.ts';
import { maskedOutput, ServerFolder, ServerRun } from './server-run.ts';

const SETTLE_SECONDS = 0.7;
const SETTLE_QUERY_SECONDS = 3;

/** Starts, waits, asks when there is a query, and reports exit code and output. */
export async function runCliCase(golden: GoldenCase): Promise<Observation> {
  const placeholders = new Placeholders();
  const folder = new ServerFolder();
  placeholders.set('DIR', folder.path);
  await placeholders.givePorts(golden);
  const files = { ...golden.files, ...(golden.corefile != null && { Corefile: golden.corefile }) };
  for (const [name, text] of Object.entries(files)) folder.write(name, placeholders.fill(text));
  const server = new ServerRun(folder, {
    args: placeholders.fillAll(golden.args ?? ['-conf', 'Corefile']),
    env: golden.env ?? {},
    stdin: golden.stdin === undefined ? undefined : placeholders.fill(golden.stdin),
    errors: '.err',
  });
  try {
    const reply = await settle(golden, server, new Asker(placeholders));
    const printed = (file: string): string =>
      maskedOutput(placeholders.restore(folder.read(file)), MORE_MASKS);
    const look = (): Observation => ({
      ...reply,
      exit: server.exit,
      stdout: printed('.out'),
      stderr: printed('.err'),
    });
    return await patiently(golden, look, () => server.exit !== null);
  } finally {
    await server.kill();
    folder.remove();
  }
}

const MORE_MASKS = [
  ['maxprocs: .*\\n', ''],
  ['SHA512 = [0-9a-f]{128}', 'SHA512 = {HASH}'],
  ['linux/(amd64|arm64), go[\\d.]+, *\\w*', '{BUILD}'],
] as const;

/** Waits for the end or the reply, at most as long as the case says. */
async function settle(golden: GoldenCase, server: ServerRun, asker: Asker): Promise<Observation> {
  const { query } = golden;
  const usual = query === undefined ? SETTLE_SECONDS : SETTLE_QUERY_SECONDS;
  const seconds = golden.settle ?? usual;
  if (query === undefined) {
    await server.ends(seconds);
    return {};
  }
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until && server.exit === null) {
    await delay(0.02);
    const at = { timeout: 0.2, ...(golden.to !== undefined && { to: golden.to }) };
    const seen = await asker.query(query, at);
    if (seen['none'] === true) continue;
    await delay(0.1);
    return { reply: { rcode: seen['rcode'], answer: seen['answer'] } };
  }
  return {};
}
