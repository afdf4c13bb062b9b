// What the command line asks for: CoreDNS's flags start the server, a first word `check`, `lookup` or `records` one of
// the tools. Tools are loaded when they are asked for, so that the server does not pay for them.

import { DIRECTIVES } from '../plugins/registry-control.ts';
import { type Flags, parseFlags } from './flags.ts';
import { serve } from './serve.ts';
import { BUILD_LINE, PRODUCT } from './version.ts';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const printError = (line: string): boolean => process.stderr.write(`${line}\n`);

/** A tool: takes the words after its own and resolves to the exit code. */
type Tool = (argv: readonly string[]) => Promise<number>;

const TOOLS: Readonly<Record<string, Tool>> = {
  check: async (argv) => {
    const flags = flagsOf(argv);
    const { check } = await import('./check.ts');
    return await check(flags, print);
  },
  lookup: async (argv) => {
    const { lookup } = await import('./lookup/lookup.ts');
    return await lookup(argv, { print, printError });
  },
  records: async (argv) => {
    const { records } = await import('./records.ts');
    return records(argv, {
      stdout: (text) => process.stdout.write(text),
      stderr: (text) => process.stderr.write(text),
    });
  },
};

function flagsOf(argv: readonly string[]): Flags {
  const result = parseFlags(argv, new Date());
  if (result.kind === 'run') return result.flags;
  process.stderr.write(result.text);
  return process.exit(result.exitCode);
}

/** CoreDNS's order: alphabetical, `on` last, then an empty line (coremain/run.go). */
function printPlugins(): void {
  for (const name of DIRECTIVES.filter((word) => word !== 'on').toSorted()) print(name);
  print('on\n');
}

async function run(flags: Flags): Promise<void> {
  if (flags.isVersion) {
    print(PRODUCT);
    print(BUILD_LINE);
    process.exit(0);
  }
  if (flags.isPluginList) {
    printPlugins();
    process.exit(0);
  }
  await serve(flags);
}

/** A reader that has seen enough (`nodens records ... | head`) ends the tool. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

/** Runs the command line. A tool sets the exit code; a server runs until a signal ends it. */
export async function main(argv: readonly string[]): Promise<void> {
  const [word = '', ...rest] = argv;
  const tool = Object.hasOwn(TOOLS, word) ? TOOLS[word] : undefined;
  if (tool === undefined) return run(flagsOf(argv));
  process.stdout.on('error', endWithReader);
  process.exitCode = await tool(rest).catch((error: unknown) => {
    printError(error instanceof Error ? error.message : String(error));
    return 2;
  });
}
