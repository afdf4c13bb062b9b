// The recorded answers of CoreDNS to master files (shared corpus), through setup, channel and handler; no sockets. The stub
// upstream behind forward is played by a handler that answers from upstream.zone.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Dispenser } from '../../../../src/corefile/dispenser.ts';
import type { Token } from '../../../../src/corefile/token.ts';
import { Opcode } from '../../../../src/dns/codes/opcode.ts';
import { rcodeName } from '../../../../src/dns/codes/rcode.ts';
import type { ResourceRecord } from '../../../../src/dns/record.ts';
import { recordText } from '../../../../src/dns/record.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { EndOfChain } from '../../../../src/plugin/next.ts';
import { fileServing } from '../../../../src/plugins/file/file.ts';
import { fileControl } from '../../../../src/plugins/file/setup.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { record } from '../../../support/record-lines.ts';
import { ZoneUpstream } from '../../../support/zone-upstream.ts';

interface GoldenCase {
  readonly id: string;
  readonly query?: AskedQuery;
  readonly answer: {
    readonly rcode: string;
    readonly flags: readonly string[];
    readonly answer: readonly string[];
    readonly authority: readonly string[];
    readonly additional: readonly string[];
  };
}

const CORPUS = join(import.meta.dirname, '../../../../../shared/golden/file');
const scratch = mkdtempSync(join(tmpdir(), 'file-golden-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The tokens of the `file` directive of a scenario's Corefile, placeholders replaced. */
function directive(corefile: string, folder: string): Token[] {
  const tokens: Token[] = [];
  const [body = ''] = /^ {4}file .*\{\n[\s\S]*?\n {4}\}|^ {4}file .*$/m.exec(corefile) ?? [];
  for (const [line, text] of body.replaceAll('{DIR}', folder).split('\n').entries()) {
    for (const word of text.trim().split(/\s+/))
      tokens.push({ text: word, file: 'Corefile', line });
  }
  return tokens;
}

async function chainOf(scenario: string): Promise<Handler> {
  const folder = join(CORPUS, scenario);
  for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(scratch, file));
  const corefile = readFileSync(join(folder, 'Corefile'), 'utf8');
  const bench = new PluginBench(new FakeClock());
  const zones = corefile.startsWith('zone.test') ? ['zone.test.'] : ['.'];
  const dispenser = new Dispenser('Corefile', directive(corefile, scratch));
  const [options] = await fileControl.setup(dispenser, bench.block(zones));
  const upstream = join(folder, 'upstream.zone');
  const next = existsSync(upstream)
    ? new ZoneUpstream(readFileSync(upstream, 'utf8'))
    : new EndOfChain('file');
  const handler = fileServing.create(options, next, bench.context());
  bench.first = handler;
  return handler;
}

function texts(records: readonly ResourceRecord[]): string[] {
  return records.map(recordText);
}

/** Recorded texts in this project's spelling: both go through the same parser and printer. */
function spelled(lines: readonly string[]): string[] {
  return lines.map((line) => recordText(record(line.replace(/="([^"]*)"/g, '=$1'))));
}

/** What the server makes of an outcome without a written reply. */
async function answerOf(handler: Handler, query: AskedQuery) {
  const exchange = exchangeFor(query);
  const outcome = await handler.serve(exchange);
  const { reply } = exchange;
  return {
    rcode: rcodeName(reply.isWritten ? reply.rcode : outcome),
    isAuthoritative: reply.isAuthoritative,
    answer: texts(reply.answer),
    authority: texts(reply.authority),
    additional: texts(reply.additional),
  };
}

describe.skipIf(!existsSync(CORPUS))('recorded answers (needs the shared corpus)', () => {
  const scenarios = existsSync(CORPUS) ? readdirSync(CORPUS) : [];
  test.each(scenarios)('%s: answers as CoreDNS did', async (scenario) => {
    const handler = await chainOf(scenario);
    const cases = JSON.parse(
      readFileSync(join(CORPUS, scenario, 'cases.json'), 'utf8'),
    ) as (GoldenCase & { step?: string })[];
    const asked = cases.filter((each) => each.query !== undefined && each.step === undefined);
    expect(asked.length).toBeGreaterThan(0);
    for (const { id, query, answer } of asked) {
      if (query === undefined) continue;
      const opcode = query.opcode === undefined ? Opcode.QUERY : Opcode.NOTIFY;
      expect(await answerOf(handler, { ...query, opcode }), id).toEqual({
        rcode: answer.rcode,
        isAuthoritative: answer.flags.includes('aa'),
        answer: spelled(answer.answer),
        authority: spelled(answer.authority),
        additional: spelled(answer.additional),
      });
    }
  });
});
