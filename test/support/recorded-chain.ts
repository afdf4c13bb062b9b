// The recorded answers of CoreDNS (shared corpus) for plugins that sit in front of an upstream: a chain built in process from a
// scenario's Corefile, with the stub upstream played by a handler, and the replies in the corpus's words.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dispenser } from '../../src/corefile/dispenser.ts';
import { parseCorefile } from '../../src/corefile/parser.ts';
import { Rcode, rcodeName } from '../../src/dns/codes/rcode.ts';
import { RRClass } from '../../src/dns/codes/rr-class.ts';
import { RRType } from '../../src/dns/codes/rr-type.ts';
import type { Edns } from '../../src/dns/edns.ts';
import { formatName } from '../../src/dns/name.ts';
import { txtRdata } from '../../src/dns/rdata/txt.ts';
import { type ResourceRecord, recordText } from '../../src/dns/record.ts';
import { isServerError } from '../../src/plugin/client-write.ts';
import type { ControlPlugin } from '../../src/plugin/control.ts';
import type { Exchange } from '../../src/plugin/exchange.ts';
import type { Handler } from '../../src/plugin/handler.ts';
import type { ServingPlugin } from '../../src/plugin/serving.ts';
import { replyEdns } from '../../src/server/reply-edns.ts';
import { type AskedQuery, exchangeFor, PluginBench } from './chain-doubles.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryReader } from './memory-reader.ts';
import { record } from './record-lines.ts';
import { ZoneUpstream } from './zone-upstream.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/golden');

/** The names of a plugin's scenarios; none without the corpus. */
export function scenariosOf(plugin: string): string[] {
  const folder = join(CORPUS, plugin);
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** A reply in the corpus's words; `none` for silence. */
export interface RecordedAnswer {
  readonly none?: boolean;
  readonly rcode: string;
  readonly flags: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly edns: {
    readonly bufsize: number;
    readonly do: boolean;
    readonly options: unknown;
  } | null;
}

/** One recorded query. */
export interface RecordedCase {
  readonly id: string;
  readonly query?: AskedQuery;
  readonly answer: RecordedAnswer;
}

/** The queries of a scenario. */
export function recordedCases(plugin: string, scenario: string): RecordedCase[] {
  const text = readFileSync(join(CORPUS, plugin, scenario, 'cases.json'), 'utf8');
  return (JSON.parse(text) as RecordedCase[]).filter(({ query }) => query !== undefined);
}

/** One configuration error of the corpus: a Corefile and what CoreDNS said about it. */
export interface RecordedSetup {
  readonly id: string;
  readonly corefile: string;
  readonly stderr: string;
}

/** The recorded setups of a plugin. */
export function recordedSetups(plugin: string): RecordedSetup[] {
  const file = join(CORPUS, 'corefile/plugins/cases.json');
  if (!existsSync(file)) return [];
  const cases = JSON.parse(readFileSync(file, 'utf8')) as {
    id: string;
    corefile: string;
    answer: { stderr: string };
  }[];
  return cases
    .filter(({ id }) => id.startsWith(`${plugin}-`))
    .map(({ id, corefile, answer }) => ({ id, corefile, stderr: answer.stderr }));
}

/** Both halves of the plugin under test. */
export interface PluginHalves {
  readonly control: ControlPlugin;
  readonly serving: ServingPlugin;
}

/** The options that the plugin makes of its directives in the first block of a Corefile. */
export async function setUp(
  { control }: PluginHalves,
  corefile: string,
  bench: PluginBench = new PluginBench(new FakeClock()),
): Promise<readonly unknown[]> {
  const text = corefile.replaceAll(/\{(?:PORT|UPSTREAM)\}/g, '1053');
  const [block] = parseCorefile(text, 'Corefile', {
    env: {},
    reader: new MemoryReader(),
    warn: () => {},
  });
  const directive = block?.segments.find(({ name }) => name === control.name);
  const dispenser = new Dispenser('Corefile', directive?.tokens ?? []);
  return control.setup(dispenser, bench.block(['.']));
}

/** The plugin's handler in front of another one; self-lookups go through both. */
export async function chainOf(
  halves: PluginHalves,
  corefile: string,
  next: Handler,
  bench: PluginBench = new PluginBench(new FakeClock()),
): Promise<Handler> {
  const [options] = await setUp(halves, corefile, bench);
  const handler = halves.serving.create(options, next, bench.context());
  bench.first = handler;
  return handler;
}

/** The chain of a recorded scenario. */
export function recordedChain(halves: PluginHalves, scenario: string): Promise<Handler> {
  const folder = join(CORPUS, halves.control.name, scenario);
  const corefile = readFileSync(join(folder, 'Corefile'), 'utf8');
  const upstream = new StubResolver(readFileSync(join(folder, 'upstream.zone'), 'utf8'));
  return chainOf(halves, corefile, upstream);
}

const OPT: Edns = {
  udpSize: 1232,
  version: 0,
  isDnssecOk: false,
  options: [],
  extendedRcode: 0,
};

/** The corpus's stub upstream as a handler: zone data, and names whose labels have a meaning. */
export class StubResolver implements Handler {
  readonly name = 'forward';
  readonly #zones: ZoneUpstream;

  constructor(text: string) {
    this.#zones = new ZoneUpstream(text);
  }

  serve(exchange: Exchange): number {
    const { reply, edns, askedName } = exchange;
    if (edns !== undefined) reply.edns = { ...OPT, isDnssecOk: edns.isDnssecOk };
    reply.isRecursionAvailable = true;
    const name = formatName(askedName);
    if (name.startsWith('servfail.')) {
      reply.write(Rcode.SERVFAIL);
      return Rcode.NOERROR;
    }
    const told = exchange.type === RRType.TXT ? toldText(name, exchange) : undefined;
    if (told === undefined) return this.#lookUp(exchange);
    const rdata = txtRdata([new TextEncoder().encode(told)]);
    reply.answer.push({ name: askedName, type: RRType.TXT, class: RRClass.IN, ttl: 60, rdata });
    return reply.write(Rcode.NOERROR);
  }

  #lookUp(exchange: Exchange): number {
    if (exchange.type !== RRType.ANY) return this.#zones.serve(exchange);
    for (const type of [RRType.A, RRType.AAAA, RRType.MX, RRType.SRV]) {
      exchange.type = type;
      this.#zones.serve(exchange);
    }
    exchange.type = RRType.ANY;
    if (exchange.reply.answer.length > 0) exchange.reply.authority = [];
    else exchange.reply.authority.splice(1);
    return Rcode.NOERROR;
  }
}

/** What `flags` and `ednsopts` say of the query. */
function toldText(name: string, { edns, isRecursionDesired }: Exchange): string | undefined {
  const word = name.split('.')[0];
  if (word === 'flags') {
    const sizes =
      edns === undefined
        ? 'edns=-1 size=0 do=0'
        : `edns=0 size=${edns.udpSize} do=${edns.isDnssecOk ? 1 : 0}`;
    return `${isRecursionDesired ? 'rd ' : ''}${sizes}`;
  }
  if (word !== 'ednsopts') return undefined;
  const options = (edns?.options ?? []).map(
    ({ code, data }) => `${code}=${Buffer.from(data).toString('hex')}`,
  );
  return options.length === 0 ? 'none' : options.join(' ');
}

function texts(records: readonly ResourceRecord[]): string[] {
  return records.map(recordText);
}

/** Recorded texts in this project's spelling: both go through the same parser and printer. */
function spelled(lines: readonly string[]): string[] {
  return lines.map((line) => recordText(record(line)));
}

/** What a client would see of the parts that are compared. */
export function compared(answer: RecordedAnswer): object {
  if (answer.none === true) return { none: true };
  return {
    rcode: answer.rcode,
    isAuthoritative: answer.flags.includes('aa'),
    answer: spelled(answer.answer),
    authority: spelled(answer.authority),
    additional: spelled(answer.additional),
    edns: answer.edns,
  };
}

/** Asks a chain and puts the reply, or the error that the server would write, in the same form. */
export async function ask(chain: Handler, query: AskedQuery): Promise<object> {
  const exchange = exchangeFor(query);
  const outcome = await chain.serve(exchange);
  const { reply } = exchange;
  if (!reply.isWritten && !isServerError(outcome)) return { none: true };
  const edns = replyEdns(exchange);
  const parts = reply.isWritten ? reply : { answer: [], authority: [], additional: [] };
  return {
    rcode: rcodeName(reply.isWritten ? reply.rcode : outcome),
    isAuthoritative: reply.isWritten && reply.isAuthoritative,
    answer: texts(parts.answer),
    authority: texts(parts.authority),
    additional: texts(parts.additional),
    edns:
      edns === undefined
        ? null
        : {
            bufsize: edns.udpSize,
            do: edns.isDnssecOk,
            options: edns.options.map(({ code, data }) => [
              code,
              Buffer.from(data).toString('hex'),
            ]),
          },
  };
}
