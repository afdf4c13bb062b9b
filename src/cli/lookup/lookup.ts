// `nodens lookup`: what a program in a pod gets for a name. Walks the search list as libc does, prints each query with
// its response code, then the answer.

import { readFileSync } from 'node:fs';
import { Packet } from 'dns2';
import { rcodeName } from '../../dns/codes/rcode.ts';
import { type Answer, askOnce, closingConnections, type Upstream } from './client.ts';
import { withManifestServer } from './manifest-server.ts';
import { type LookupOptions, parseLookup, USAGE } from './options.ts';
import { recordData, recordLine } from './record-line.ts';
import {
  formatResolvConf,
  parseResolvConf,
  podResolvConf,
  type ResolvConf,
} from './resolv-conf.ts';
import {
  type Asked,
  combinedResult,
  nextStep,
  overallResult,
  planWalk,
  type Result,
} from './search-walk.ts';

/** Where the tool's lines go. */
export interface Output {
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
}

const DEFAULT_SERVER = '127.0.0.1:1053';
const DEFAULT_DNS_IP = '10.96.0.10';
/** libc's `timeout` (resolv.conf(5)). */
const TIMEOUT_MS = 5000;

const EXIT_CODES: Readonly<Record<Result, number>> = {
  answer: 0,
  alias: 1,
  nodata: 1,
  nxdomain: 1,
  servfail: 3,
  refused: 3,
  timeout: 3,
};
const EXIT_USAGE = 2;

/** Runs the tool; resolves to its exit code: 0 answer, 1 no such name or no data, 2 usage or bad manifest, 3 no usable reply. */
export async function lookup(argv: readonly string[], output: Output): Promise<number> {
  let options: LookupOptions | 'help';
  try {
    options = parseLookup(argv);
  } catch (error) {
    output.printError(`nodens lookup: ${messageOf(error)}\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (options === 'help') {
    output.print(USAGE.trimEnd());
    return 0;
  }
  try {
    return await run(options, output);
  } catch (error) {
    output.printError(`nodens lookup: ${messageOf(error)}`);
    return EXIT_USAGE;
  }
}

async function run(options: LookupOptions, output: Output): Promise<number> {
  const conf = resolverConf(options);
  if (options.isResolvConfPrint) {
    output.print(formatResolvConf(conf).trimEnd());
    return 0;
  }
  if (options.manifests.length === 0)
    return await walk(options, conf, serverOf(options, conf), output);
  return await withManifestServer(options.manifests, options.domain, (port) =>
    walk(options, conf, { host: '127.0.0.1', port }, output),
  );
}

function resolverConf(options: LookupOptions): ResolvConf {
  const conf =
    options.resolvConf === undefined
      ? podResolvConf(options.namespace, options.domain, DEFAULT_DNS_IP)
      : parseResolvConf(readFileSync(options.resolvConf, 'utf8'));
  return options.ndots === undefined ? conf : { ...conf, ndots: options.ndots };
}

/** `HOST`, `HOST:PORT`, `[V6]:PORT`; a resolv.conf has no port. */
function serverOf(options: LookupOptions, conf: ResolvConf): { host: string; port: number } {
  const text =
    options.server ?? (options.resolvConf === undefined ? DEFAULT_SERVER : conf.nameservers[0]);
  if (text === undefined) throw new Error(`no nameserver in ${options.resolvConf}`);
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed) return { host: bracketed[1] ?? '', port: portOf(bracketed[2] ?? '53') };
  const [host = '', port = '53', ...rest] = text.split(':');
  return rest.length > 0 ? { host: text, port: 53 } : { host, port: portOf(port) };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port === 0 || port > 65_535) throw new Error(`not a port: ${text}`);
  return port;
}

function walk(
  options: LookupOptions,
  conf: ResolvConf,
  server: { host: string; port: number },
  output: Output,
): Promise<number> {
  const upstream: Upstream = { ...server, isTcp: options.isTcp, timeoutMs: TIMEOUT_MS };
  return closingConnections(() => askAll(options, conf, upstream, output));
}

async function askAll(
  options: LookupOptions,
  conf: ResolvConf,
  upstream: Upstream,
  output: Output,
): Promise<number> {
  const plan = planWalk(options.name, conf.search, conf.ndots, options.libc);
  const asked: Asked[] = [];
  for (let at: number | undefined = 0; at !== undefined; ) {
    const answers = await askTypes(plan.names[at] ?? '', options, upstream, output);
    const result = combinedResult(
      answers.map((answer, index) => resultOf(answer, options.types[index])),
      options.libc,
    );
    asked.push({ at, result });
    if (result === 'answer' || result === 'alias') printAnswer(answers, options, output);
    at = nextStep(plan, at, result);
  }
  const overall = overallResult(plan, asked);
  if (!options.isShort && overall !== 'answer') output.print(`no answer: ${overall}`);
  return EXIT_CODES[overall];
}

/** Asks for all types at once, as libc does; the answers are in the order of the types. */
async function askTypes(
  name: string,
  options: LookupOptions,
  upstream: Upstream,
  output: Output,
): Promise<Answer[]> {
  const answers = await Promise.all(options.types.map((type) => askOnce(name, type, upstream)));
  if (!options.isShort) {
    answers.forEach((answer, at) => {
      output.print(queryLine(name, options.types[at] ?? '', answer));
    });
  }
  return answers;
}

function queryLine(name: string, type: string, answer: Answer): string {
  if ('failure' in answer) return `query ${name} ${type}: ${answer.failure}`;
  const count = answer.packet.answers.length;
  const records = count === 1 ? '1 record' : `${count} records`;
  return `query ${name} ${type}: ${rcodeName(answer.packet.header.rcode)}, ${records}`;
}

function resultOf(answer: Answer, type: string | undefined): Result {
  if ('failure' in answer) return 'timeout';
  const { header, answers } = answer.packet;
  if (header.rcode === 3) return 'nxdomain';
  if (header.rcode === 2) return 'servfail';
  if (header.rcode !== 0) return 'refused';
  if (answers.length === 0) return 'nodata';
  const isAnswered = answers.some((record) => record.type !== Packet.TYPE.CNAME);
  return isAnswered || type === 'CNAME' ? 'answer' : 'alias';
}

function printAnswer(answers: readonly Answer[], options: LookupOptions, output: Output): void {
  const seen = new Set<string>();
  for (const answer of answers) {
    if ('failure' in answer) continue;
    for (const record of answer.packet.answers) {
      const line = options.isShort ? recordData(record) : recordLine(record);
      if (!seen.has(line)) output.print(line);
      seen.add(line);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
