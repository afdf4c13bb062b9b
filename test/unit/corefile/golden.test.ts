// The recorded outcomes of CoreDNS for the grammar: whatever lexing, parsing, keys, ports and overlaps decide. Errors of a
// plugin's setup are not ours: for those the stages here must stay silent.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { followsPreferredSyntax } from '../../../src/corefile/domain-name.ts';
import { checkOverlaps, type ServedKey } from '../../../src/corefile/overlap.ts';
import { parseCorefile, type ServerBlockSource } from '../../../src/corefile/parser.ts';
import { portNumber } from '../../../src/corefile/port.ts';
import { formatServerKey, parseServerKeys } from '../../../src/corefile/server-key.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

interface Case {
  readonly id: string;
  readonly note: string;
  readonly corefile?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly answer: {
    readonly exit: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
}

const SHARED = join(import.meta.dirname, '../../../../shared');
const DIRECTIVES = new Set(
  `root metadata geoip cancel proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize
   bind debug trace ready health pprof shed prometheus errors log dnstap local dns64 any chaos loadbalance tsig
   rewrite autopath acl cache header dnssec tls minimal template transfer hosts route53 azure clouddns
   k8s_external kubernetes file auto secondary etcd loop forward grpc erratic whoami on sign view nomad`.split(
    /\s+/,
  ),
);
/** Errors of the command line, and of listeners that want TLS: not of the Corefile. */
const NOT_OURS =
  /^(?:plugin\/|Listen:|ListenPacket|DoH3|loading Caddyfile|flag |\{TIME\}|invalid boolean|Usage|\S+:\d+ - Error during parsing: (?:Wrong (?:argument count .* 'on'|event name)|unknown option 'foo'))/;

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  PORT: '5301',
  PORT2: '5302',
  HTTP1: '8081',
  HTTP2: '8082',
  DIR: '/dir',
};

function filled(text: string): string {
  return text.replace(/\{([A-Z]+[0-9]?)\}/g, (found, name: string) => PLACEHOLDERS[name] ?? found);
}

function load(group: string): readonly Case[] {
  const path = join(SHARED, 'golden/corefile', group, 'cases.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Case[]) : [];
}

function option(args: readonly string[], ...names: string[]): string | undefined {
  const at = args.findLastIndex((arg) => names.includes(arg));
  return at < 0 ? undefined : filled(args[at + 1] ?? '');
}

function servedKeys(block: ServerBlockSource, defaultPort: string): ServedKey[] {
  const bind = block.segments.find(({ name }) => name === 'bind');
  const addresses = bind?.tokens.slice(1).map(({ text }) => text) ?? [''];
  const hasView = block.segments.some(({ name }) => name === 'view');
  return parseServerKeys(block.keys, defaultPort).map((key) => ({ key, addresses, hasView }));
}

/** The stages in CoreDNS's order; the result is what the banner lists. */
function run(golden: Case): string[] {
  const args = golden.args ?? [];
  const port = option(args, '-dns.port', '-p') ?? '53';
  const files = Object.fromEntries(
    Object.entries(golden.files ?? {}).map(([name, text]) => [name, filled(text)]),
  );
  let name = option(args, '-conf', '--conf') || 'Corefile';
  let text = filled(golden.corefile ?? '');
  if (name === 'stdin') {
    name = '/dev/stdin';
    text = filled(golden.stdin ?? '');
  } else if (name !== 'Corefile') {
    text = files[name.replace(/^\.\//, '')] ?? '';
  }
  const warnings: string[] = [];
  const blocks = parseCorefile(text, name, {
    env: golden.env ?? {},
    reader: new MemoryReader(files, '/dir'),
    warn: (warning) => warnings.push(`[WARNING] ${warning}`),
    directives: DIRECTIVES,
  });
  const keys = blocks.flatMap((block) => servedKeys(block, port));
  for (const { key } of keys) portNumber(key.port);
  checkOverlaps(keys);
  const lines = keys.flatMap(({ key, addresses }) =>
    addresses.flatMap((address) => {
      // CoreDNS opens no listener for this scheme.
      if (key.scheme === 'unix') return [];
      const line = formatServerKey(key).replace(/^dns:\/\//, '');
      const banner = address === '' ? line : `${line} on ${address}`;
      if (followsPreferredSyntax(key.zone)) return [banner];
      const zone = JSON.stringify(key.zone);
      return [`Warning: Domain ${zone} does not follow RFC1035 preferred syntax`, banner];
    }),
  );
  return [...warnings, ...(blocks.length === 0 ? [`.:${port}`] : lines)];
}

function outcome(golden: Case): { error: string } | { lines: string[] } {
  try {
    return { lines: run(golden).sort() };
  } catch (error) {
    return { error: `${(error as Error).message}\n` };
  }
}

/** What the banner of the recording says of warnings and zones; without the lines of versions and queries. */
function recordedLines(golden: Case): string[] {
  return filled(golden.answer.stdout)
    .split('\n')
    .filter(
      (line) =>
        line !== '' &&
        !/^(?:CoreDNS-|\{BUILD\}|\[INFO\]|\[ERROR\]|\[WARNING\] plugin\/)/.test(line),
    )
    .sort();
}

const GROUPS = ['grammar', 'command-line', 'plugins'];

describe.skipIf(!existsSync(SHARED)).each(GROUPS)('recorded cases of corefile/%s', (group) => {
  const cases = load(group).filter(({ corefile, files, stdin }) => corefile ?? files ?? stdin);
  const failing = cases.filter(
    ({ answer }) => answer.stderr !== '' && !NOT_OURS.test(answer.stderr),
  );
  const silent = cases.filter(({ answer }) => answer.exit !== 0 && NOT_OURS.test(answer.stderr));
  const running = cases.filter(
    ({ answer, args }) => answer.stderr === '' && !args?.includes('-quiet'),
  );
  test('every case falls into one kind', () => {
    const quiet = cases.filter(
      ({ args, answer }) => args?.includes('-quiet') && answer.stderr === '',
    );
    expect(failing.length + silent.length + running.length + quiet.length).toBe(cases.length);
  });
  test.each(failing)('$id prints the error: $note', (golden) => {
    expect(outcome(golden)).toEqual({ error: filled(golden.answer.stderr) });
  });
  test.each(silent)('$id is left to a later stage: $note', (golden) => {
    expect(outcome(golden)).toHaveProperty('lines');
  });
  test.each(running)('$id starts: $note', (golden) => {
    expect(outcome(golden)).toEqual({ lines: recordedLines(golden) });
  });
});
