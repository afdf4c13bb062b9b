// From the text of a Corefile to server blocks with keys: the stages before any plugin is set up. CoreDNS's
// built-in Corefile stands in where the text holds no block (coremain/run.go, defaultLoader).

import { CorefileError } from '../corefile/error.ts';
import { hashInput } from '../corefile/hash-input.ts';
import { type Directive, parseCorefile } from '../corefile/parser.ts';
import { parseServerKeys, type ServerKey } from '../corefile/server-key.ts';
import type { SourceReader } from '../corefile/source-reader.ts';

/** A Corefile as it was read. */
export interface CorefileText {
  /** As errors show it: what -conf was given. */
  readonly fileName: string;
  readonly text: string;
}

/** A server block whose keys are known and whose plugins are not set up yet. */
export interface ParsedBlock {
  readonly keys: readonly ServerKey[];
  readonly directives: ReadonlyMap<string, Directive>;
}

/** What parsing needs from the process. */
export interface LoaderContext {
  readonly reader: SourceReader;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly defaultPort: string;
  /** All directives that CoreDNS knows, built here or not. */
  readonly directives: readonly string[];
  readonly warn: (text: string) => void;
}

/** Schemes whose transports are left for later versions. */
const UNSUPPORTED_SCHEMES: ReadonlySet<string> = new Set([
  'https',
  'https3',
  'grpc',
  'quic',
  'unix',
]);

/**
 * What two Corefiles that mean the same have in common, as CoreDNS hashes it (plugin/reload). Directives need not be known.
 * Throws CorefileError.
 */
export function corefileHash(source: CorefileText, context: LoaderContext): string {
  const { env, reader, warn } = context;
  const blocks = parseCorefile(source.text, source.fileName, { env, reader, warn });
  // Loaded where somebody asks: it is the largest of Node's modules.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha512').update(hashInput(blocks, source.fileName)).digest('hex');
}

/** Parses a Corefile. Throws CorefileError with CoreDNS's texts. */
export function loadCorefile(source: CorefileText, context: LoaderContext): ParsedBlock[] {
  const options = {
    env: context.env,
    reader: context.reader,
    warn: context.warn,
    directives: new Set(context.directives),
  };
  let blocks = parseCorefile(source.text, source.fileName, options);
  if (blocks.length === 0) {
    const text = `.:${context.defaultPort} {\nwhoami\nlog\n}\n`;
    blocks = parseCorefile(text, source.fileName, options);
  }
  return blocks.map(({ keys, segments }) => ({
    keys: parseServerKeys(keys, context.defaultPort),
    directives: new Map(segments.map((directive) => [directive.name, directive])),
  }));
}

/** The error for a key whose scheme this server does not speak yet, or undefined. */
export function unsupportedScheme(blocks: readonly ParsedBlock[]): CorefileError | undefined {
  for (const key of blocks.flatMap((block) => block.keys)) {
    if (!UNSUPPORTED_SCHEMES.has(key.scheme)) continue;
    return new CorefileError(
      `server key ${key.scheme}://${key.zone}:${key.port}: not supported yet`,
    );
  }
  return undefined;
}
