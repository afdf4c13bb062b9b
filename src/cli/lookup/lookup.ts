// `nodens lookup`: what a program in a pod gets for a name. Walks the search list as libc does, prints each query with
// its response code, then the answer.

import { readFileSync } from 'node:fs';
import { Packet } from 'dns2';
import { rcodeName } from '../../dns/codes/rcode.ts';
import { type Answer, askOnce, type Upstream } from './client.ts';
import { withManifestServer } from './manifest-server.ts';
import { type LookupOptions, parseLookup, USAGE } from './options.ts';
import { recordData, recordLine } from './record-line.ts';
import {
  formatResolvConf,
  parseResolvConf,
  podResolvConf,
  type ResolvConf,
} from './resolv-conf.ts';
import { candidateNames, endsWalk, overallResult, type Result } from './search-walk.ts';

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
  if (bracketed) return { host: bracketed[1] ?? '', port: Number(bracketed[2] ?? 53) };
  const [host = '', port, ...rest] = text.split(':');
  return rest.length > 0 ? { host: text, port: 53 } : { host, port: Number(port ?? 53) };
}

async function walk(
  options: LookupOptions,
  conf: ResolvConf,
  server: { host: string; port: number },
  output: Output,
): Promise<number> {
  const upstream: Upstream = { ...server, isTcp: options.isTcp, timeoutMs: TIMEOUT_MS };
  const results: Result[] = [];
  for (const name of candidateNames(options.name, conf.search, conf.ndots, options.libc)) {
    const answers = await Promise.all(
      options.types.map(async (type) => ({ type, answer: await askOnce(name, type, upstream) })),
    );
    if (!options.isShort) {
      for (const { type, answer } of answers) output.print(queryLine(name, type, answer));
    }
    const result = combinedResult(answers.map(({ answer }) => resultOf(answer)));
    results.push(result);
    if (result === 'answer')
      printAnswer(
        answers.map(({ answer }) => answer),
        options,
        output,
      );
    if (endsWalk(result, options.libc)) break;
  }
  const overall = overallResult(results);
  if (!options.isShort && overall !== 'answer') output.print(`no answer: ${overall}`);
  return EXIT_CODES[overall];
}

function queryLine(name: string, type: string, answer: Answer): string {
  if ('failure' in answer) return `query ${name} ${type}: ${answer.failure}`;
  const count = answer.packet.answers.length;
  const records = count === 1 ? '1 record' : `${count} records`;
  return `query ${name} ${type}: ${rcodeName(answer.packet.header.rcode)}, ${records}`;
}

function resultOf(answer: Answer): Result {
  if ('failure' in answer) return 'timeout';
  const { header, answers } = answer.packet;
  if (header.rcode === 3) return 'nxdomain';
  if (header.rcode === 5) return 'refused';
  if (header.rcode !== 0) return 'servfail';
  return answers.some((record) => record.type !== Packet.TYPE.CNAME) ? 'answer' : 'nodata';
}

/** One name's result out of those of its types: any answer is one; else the first type's word counts, as in musl. */
function combinedResult(results: readonly Result[]): Result {
  return results.includes('answer') ? 'answer' : (results[0] ?? 'timeout');
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
