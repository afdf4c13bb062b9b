// The command line: CoreDNS's flags in the syntax of Go's flag package (`-x v`, `--x=v`), with its error texts, and one
// flag of our own. Pure: what to print and how to exit is handed back (CoreDNS: coremain/run.go).

import { quote } from '../base/go-text.ts';
import type { LogLayout } from '../log/logger.ts';

/** What the flags say. */
export interface Flags {
  /** Corefile, `stdin` for a pipe; '' for the file `Corefile` in the working folder, if there is one. */
  conf: string;
  /** Port of keys without one; any text, judged where it is used. */
  port: string;
  /** File for the process number, '' for none. */
  pidfile: string;
  isQuiet: boolean;
  /** Print the version and exit; goes before `isPluginList`. */
  isVersion: boolean;
  /** Print the words of all plugins and exit. */
  isPluginList: boolean;
  logLayout: LogLayout;
}

/** Flags to run with, or the end: a text for standard error and an exit code. */
export type FlagsResult =
  | { readonly kind: 'run'; readonly flags: Flags }
  | { readonly kind: 'exit'; readonly text: string; readonly exitCode: 0 | 1 | 2 };

/** One flag. `set` returns an error text when the value is none of its. */
interface FlagRow {
  readonly name: string;
  readonly isBoolean: boolean;
  /** Default as the usage shows it, '' for none. */
  readonly standard: string;
  readonly usage: string;
  set(flags: Flags, value: string): string | undefined;
}

const LAYOUTS: ReadonlyMap<string, LogLayout> = new Map([
  ['text', 'coredns'],
  ['json', 'json'],
]);

/** By name, in the order of the usage text. */
const ROWS: readonly FlagRow[] = [
  textRow('conf', '', 'Corefile to load (default "Corefile")', (flags, value) => {
    flags.conf = value;
    return undefined;
  }),
  textRow('dns.port', '53', 'Default port', setPort),
  textRow('log-format', 'text', 'Layout of log lines: text or json', (flags, value) => {
    const layout = LAYOUTS.get(value);
    if (layout === undefined) return 'must be text or json';
    flags.logLayout = layout;
    return undefined;
  }),
  textRow('p', '53', 'Default port', setPort),
  textRow('pidfile', '', 'Path to write pid file', (flags, value) => {
    flags.pidfile = value;
    return undefined;
  }),
  booleanRow('plugins', 'List installed plugins', (flags, value) => {
    flags.isPluginList = value;
  }),
  booleanRow('quiet', 'Quiet mode (no initialization output)', (flags, value) => {
    flags.isQuiet = value;
  }),
  booleanRow('version', 'Show version', (flags, value) => {
    flags.isVersion = value;
  }),
];

function textRow(
  name: string,
  standard: string,
  usage: string,
  set: (flags: Flags, value: string) => string | undefined,
): FlagRow {
  return { name, isBoolean: false, standard, usage, set };
}

function booleanRow(
  name: string,
  usage: string,
  write: (flags: Flags, value: boolean) => void,
): FlagRow {
  const set = (flags: Flags, text: string): string | undefined => {
    const value = parseBoolean(text);
    if (value === undefined) return 'parse error';
    write(flags, value);
    return undefined;
  };
  return { name, isBoolean: true, standard: '', usage, set };
}

function setPort(flags: Flags, value: string): undefined {
  flags.port = value;
}

/** strconv.ParseBool. */
function parseBoolean(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return undefined;
}

/**
 * Reads the arguments of the program (without interpreter and script). Errors and `-h` end with the usage text as in Go;
 * `now` dates the one message that CoreDNS dates.
 */
export function parseFlags(argv: readonly string[], now: Date): FlagsResult {
  const flags: Flags = {
    conf: '',
    port: '53',
    pidfile: '',
    isQuiet: false,
    isVersion: false,
    isPluginList: false,
    logLayout: 'coredns',
  };
  let at = 0;
  while (isFlag(argv[at])) {
    const word = argv[at++] ?? '';
    if (word === '--') break;
    const step = readFlag(word, argv[at], flags);
    if (typeof step !== 'number') return step;
    at += step;
  }
  const rest = argv.slice(at);
  if (rest.length === 0) return { kind: 'run', flags };
  const text = `${timestamp(now)} extra command line arguments: [${rest.join(' ')}]\n`;
  return { kind: 'exit', text, exitCode: 1 };
}

function isFlag(word: string | undefined): boolean {
  return word !== undefined && word.length > 1 && word.startsWith('-');
}

/** Sets one flag. Returns how many of the following words were its value, or the end of the program. */
function readFlag(word: string, following: string | undefined, flags: Flags): FlagsResult | number {
  const body = word.replace(/^--?/, '');
  if (/^[-=]|^$/.test(body)) return usageError(`bad flag syntax: ${word}`);
  const equals = body.indexOf('=');
  const name = equals < 0 ? body : body.slice(0, equals);
  const inline = equals < 0 ? undefined : body.slice(equals + 1);
  const row = ROWS.find((each) => each.name === name);
  if (row === undefined) return unknownFlag(name);
  const value = inline ?? (row.isBoolean ? 'true' : following);
  if (value === undefined) return usageError(`flag needs an argument: -${name}`);
  const problem = row.set(flags, value);
  if (problem !== undefined) return usageError(valueError(row, value, problem));
  return inline === undefined && !row.isBoolean ? 1 : 0;
}

function unknownFlag(name: string): FlagsResult {
  if (name === 'h' || name === 'help') return { kind: 'exit', text: usageText(), exitCode: 0 };
  return usageError(`flag provided but not defined: -${name}`);
}

function valueError({ name, isBoolean }: FlagRow, value: string, problem: string): string {
  return isBoolean
    ? `invalid boolean value ${quote(value)} for -${name}: ${problem}`
    : `invalid value ${quote(value)} for flag -${name}: ${problem}`;
}

function usageError(text: string): FlagsResult {
  return { kind: 'exit', text: `${text}\n${usageText()}`, exitCode: 2 };
}

/** The text of `-help`. */
export function usageText(): string {
  const lines = ROWS.map(({ name, isBoolean, standard, usage }) => {
    const kind = isBoolean ? '' : ' string';
    const suffix = standard === '' ? '' : ` (default ${quote(standard)})`;
    return `  -${name}${kind}\n    \t${usage}${suffix}\n`;
  });
  return `Usage of nodens:\n${lines.join('')}`;
}

/** Local time as Go's log package writes it: `2026/11/21 00:36:56`. */
function timestamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('/');
  return `${date} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`;
}
