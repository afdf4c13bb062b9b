// `nodens records PATH|-`: prints all names and records that manifests get, as a master file or as JSON. No server, no socket;
// for people who want to see, or test, what their YAML will be called.

import { parseArgs } from 'node:util';
import { systemClock } from '../base/clock.ts';
import { rrClassName } from '../dns/codes/rr-class.ts';
import { rrTypeName } from '../dns/codes/rr-type.ts';
import { formatName, type Name, parseName } from '../dns/name.ts';
import { rdataCodec } from '../dns/rdata/table.ts';
import { type ResourceRecord, recordText } from '../dns/record.ts';
import { createEmbeddedSource } from '../kubernetes/embedded/embedded-source.ts';
import type { EmbeddedOptions } from '../kubernetes/embedded/manifest-loader.ts';
import type { Logger } from '../log/logger.ts';
import { listRecords } from './record-listing.ts';

/** Where a tool writes to and reads from; texts come with their newlines. */
export interface ToolStreams {
  stdout(text: string): void;
  stderr(text: string): void;
  /** For tests; the process's standard input by default. */
  readonly readStandardInput?: () => string;
}

const USAGE = `usage: nodens records [OPTIONS] PATH... | -

Prints all names and records that Kubernetes manifests get. PATH is a file, a folder (not its subfolders) or a pattern; - reads
standard input. Objects of a later PATH replace those of an earlier one.

  -o, --output zone|json   a master file (default), or a list of {name, ttl, class, type, data}
      --cluster-domain D   domain of the cluster (default cluster.local)
      --ttl SECONDS        TTL of the records (default 5)
  -n, --namespace NS       namespace of objects that name none (default default)
      --service-cidr CIDR  where Services without clusterIP get theirs (default 10.96.0.0/12); twice for dual stack
      --pod-cidr CIDR      where pods without podIP get theirs (default 10.244.0.0/16); twice for dual stack
      --dns-ip IP          address of kube-dns (default: the tenth of the first service CIDR)
  -h, --help

Exit code: 0, or 2 for a wrong command line or manifest.
`;

const EXIT_OK = 0;
const EXIT_USAGE = 2;
const MAX_TTL_SECONDS = 3600;

/** What the command line asks for. */
interface Request {
  readonly options: EmbeddedOptions;
  readonly zone: Name;
  readonly ttlSeconds: number;
  readonly isJson: boolean;
}

/** Runs the command with the words after `records`; returns the exit code. */
export function records(argv: readonly string[], streams: ToolStreams): number {
  if (argv.includes('-h') || argv.includes('--help')) {
    streams.stdout(USAGE);
    return EXIT_OK;
  }
  try {
    const request = readRequest(argv);
    streams.stdout(format(request, load(request, streams)));
    return EXIT_OK;
  } catch (error) {
    streams.stderr(`nodens records: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_USAGE;
  }
}

/** Reads the command line; throws with the text of what is wrong. */
function readRequest(argv: readonly string[]): Request {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o', default: 'zone' },
      'cluster-domain': { type: 'string', default: 'cluster.local' },
      ttl: { type: 'string', default: '5' },
      namespace: { type: 'string', short: 'n' },
      'service-cidr': { type: 'string', multiple: true },
      'pod-cidr': { type: 'string', multiple: true },
      'dns-ip': { type: 'string', multiple: true },
    },
  });
  if (positionals.length === 0) throw new Error('a PATH or - is missing, see --help');
  if (values.output !== 'zone' && values.output !== 'json')
    throw new Error(`output must be zone or json, not "${values.output}"`);
  const zone = parseName(values['cluster-domain'].toLowerCase());
  if (zone === undefined) throw new Error(`"${values['cluster-domain']}" is no zone name`);
  const ttlSeconds = /^[0-9]{1,4}$/.test(values.ttl) ? Number(values.ttl) : Number.NaN;
  if (!(ttlSeconds <= MAX_TTL_SECONDS))
    throw new Error(`ttl must be in range [0, ${MAX_TTL_SECONDS}]: ${values.ttl}`);
  const options: EmbeddedOptions = {
    paths: positionals,
    ...(values.namespace === undefined ? {} : { defaultNamespace: values.namespace }),
    ...(values['service-cidr'] === undefined ? {} : { serviceCidrs: values['service-cidr'] }),
    ...(values['pod-cidr'] === undefined ? {} : { podCidrs: values['pod-cidr'] }),
    ...(values['dns-ip'] === undefined ? {} : { dnsIps: values['dns-ip'] }),
  };
  return { options, zone, ttlSeconds, isJson: values.output === 'json' };
}

/** Reads the manifests and lists their records; throws RuntimeFault for manifests that cannot be used. */
function load(request: Request, streams: ToolStreams): readonly ResourceRecord[] {
  const { zone, ttlSeconds, options } = request;
  const { readStandardInput } = streams;
  const log = stderrLogger(streams);
  const source = createEmbeddedSource(options, {
    clock: systemClock,
    log,
    followsChanges: false,
    ...(readStandardInput === undefined ? {} : { readStandardInput }),
  });
  const listed = listRecords(source, { zone, ttlSeconds, clock: systemClock, log });
  source.stop();
  return listed;
}

/** What a server would log, goes where it does not mix with the records. */
function stderrLogger(streams: ToolStreams): Logger {
  const write = (text: string): void => streams.stderr(`nodens records: ${text}\n`);
  return { debug: () => undefined, info: write, warning: write, error: write, fatal: write };
}

/** One text for all records; master file lines have absolute names, so the origin does not matter. */
function format({ isJson }: Request, listed: readonly ResourceRecord[]): string {
  if (!isJson) return listed.map((record) => `${recordText(record)}\n`).join('');
  const objects = listed.map((record) => ({
    name: formatName(record.name),
    ttl: record.ttl,
    class: rrClassName(record.class),
    type: rrTypeName(record.type),
    data: rdataCodec(record.type).formatText(record.rdata),
  }));
  return `${JSON.stringify(objects, undefined, 2)}\n`;
}
