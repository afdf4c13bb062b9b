// The recorded answers of CoreDNS to queries for cluster names, asked of the plugin alone: Corefile, objects and steps of each
// scenario, no sockets. The same corpus is run against the whole server in test/golden.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { rcodeName } from '../../../../src/dns/codes/rcode.ts';
import { decodeMessage } from '../../../../src/dns/message.ts';
import { recordText } from '../../../../src/dns/record.ts';
import { writeReply } from '../../../../src/dns/wire/reply-writer.ts';
import { replyData } from '../../../../src/server/reply-data.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';
import { fill, KubernetesScenario, type RawObject } from '../../../support/kubernetes-scenario.ts';

interface Case {
  readonly id: string;
  readonly step?: string;
  readonly query?: AskedQuery & { readonly edns?: { readonly version?: number } | null };
  readonly compare?: string;
  readonly answer: {
    readonly none?: boolean;
    readonly rcode: string;
    readonly flags: readonly string[];
    readonly answer: readonly string[];
    readonly authority: readonly string[];
    readonly additional: readonly string[];
    readonly size: number | null;
  };
}

interface Step {
  readonly name: string;
  readonly put?: readonly RawObject[];
  readonly del?: readonly { readonly res: string; readonly key: string }[];
}

const CORPUS = join(import.meta.dirname, '../../../../../shared/golden');
const GROUPS = ['services', 'headless', 'pods', 'reverse', 'options', 'tutorials'];
const hasCorpus = existsSync(CORPUS);
/** Answers that are shaped by how the stub upstream and plugin forward write messages: the whole server is tested with them. */
const SHAPED_BY_UPSTREAM =
  /^(?:a|aaaa)-(?:extupper|loopout|fat)-|^ptr-1-0-0-0-5$|^any-in-addr-arpa$/;

/** The folders of scenarios, as `group/name`. */
function scenarios(): string[] {
  if (!hasCorpus) return [];
  return GROUPS.flatMap((group) =>
    readdirSync(join(CORPUS, group)).map((name) => `${group}/${name}`),
  );
}

function readJson<T>(folder: string, file: string, absent: T): T {
  const path = join(CORPUS, folder, file);
  if (!existsSync(path)) return absent;
  return JSON.parse(fill(readFileSync(path, 'utf8'))) as T;
}

/**
 * Queries that the server answers before any plugin are none of this test. Where CoreDNS gives no reply at all we do what the
 * client wants (docs/parity.md).
 */
function isForPlugin({ id, query, answer }: Case, hasUpstream: boolean): boolean {
  if (hasUpstream && SHAPED_BY_UPSTREAM.test(id)) return false;
  const isOrdinary = (query?.opcode ?? 0) === 0 && (query?.edns?.version ?? 0) === 0;
  return query !== undefined && answer.none !== true && isOrdinary;
}

/** A reply in the words of the corpus. */
async function ask(scenario: KubernetesScenario, query: AskedQuery): Promise<Case['answer']> {
  const exchange = exchangeFor(query);
  await scenario.ask(exchange);
  const out = new Uint8Array(65_535);
  const isUdp = exchange.client.protocol === 'udp';
  const size = writeReply(replyData(exchange), out, {
    maxSize: exchange.maxReplySize,
    compressOver: isUdp ? 1480 : Number.POSITIVE_INFINITY,
  });
  const message = decodeMessage(out.subarray(0, size));
  if (message === undefined) throw new Error('the reply cannot be read');
  const flags = [
    message.authoritative ? 'aa' : '',
    message.truncated ? 'tc' : '',
    message.recursionDesired ? 'rd' : '',
    message.recursionAvailable ? 'ra' : '',
    message.authenticData ? 'ad' : '',
    message.checkingDisabled ? 'cd' : '',
  ];
  return {
    rcode: rcodeName(message.rcode),
    flags: flags.filter((flag) => flag !== ''),
    answer: message.answer.map(recordText),
    authority: message.authority.map(recordText),
    additional: message.additional.map(recordText),
    size,
  };
}

/** Serials are times; sets are compared sorted, counts by type and TTL only. */
function comparable(answer: Case['answer'], compare: string | undefined): object {
  const section = (records: readonly string[]): string[] => {
    const texts = withOneOwnAddress(records).map((text) =>
      text.replace(/(SOA \S+ \S+) (\d{9,}|\{SERIAL\}) /, '$1 SERIAL '),
    );
    if (compare === 'ordered') return texts;
    if (compare === 'set') return texts.sort();
    return texts.map((text) => text.split(' ').slice(1, 4).join(' ')).sort();
  };
  const { rcode, flags, size } = answer;
  return {
    rcode,
    flags,
    answer: section(answer.answer),
    authority: section(answer.authority),
    additional: section(answer.additional),
    size,
  };
}

/** This machine may have more addresses than the one that stands for them in the corpus. */
function withOneOwnAddress(records: readonly string[]): string[] {
  const own = ` AAAA ${fill('{LOCAL6}')}`;
  const texts = records.map((text) => text.replace(/ AAAA fe80:\S+$/, own));
  return texts.filter((text, at) => !text.endsWith(own) || texts.indexOf(text) === at);
}

/** What differs in one step of a scenario, and how many cases were asked. */
async function runStep(
  scenario: KubernetesScenario,
  cases: readonly Case[],
  hasUpstream: boolean,
): Promise<{ readonly differences: readonly unknown[]; readonly asked: number }> {
  const differences: unknown[] = [];
  let asked = 0;
  for (const each of cases) {
    if (each.query === undefined || !isForPlugin(each, hasUpstream)) continue;
    asked++;
    const answer = await ask(scenario, each.query);
    const got = comparable(answer, each.compare);
    const size = each.answer.size ?? answer.size;
    const wanted = { ...comparable(each.answer, each.compare), size };
    if (!isDeepStrictEqual(got, wanted)) differences.push({ id: each.id, got, wanted });
  }
  return { differences, asked };
}

describe.skipIf(!hasCorpus)('recorded answers', () => {
  test.each(scenarios())('%s', async (folder) => {
    const scenario = await KubernetesScenario.fromFolder(join(CORPUS, folder));
    const cases = readJson<Case[]>(folder, 'cases.json', []);
    const steps: (Step | undefined)[] = [undefined, ...readJson<Step[]>(folder, 'steps.json', [])];
    const hasUpstream = existsSync(join(CORPUS, folder, 'upstream.zone'));
    let asked = 0;
    for (const step of steps) {
      for (const object of step?.put ?? []) scenario.source.put(object);
      for (const object of step?.del ?? []) scenario.source.delete(object);
      const ofStep = cases.filter((each) => each.step === step?.name);
      const result = await runStep(scenario, ofStep, hasUpstream);
      expect(result.differences, step?.name).toEqual([]);
      asked += result.asked;
    }
    expect(asked).toBeGreaterThan(0);
  });
});

test.skipIf(hasCorpus)('no recorded answers on this machine', (context) => context.skip());
