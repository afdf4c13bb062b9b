// The option-table reader: the options of a plugin's block are rows of one table, and this file reads the block by them. The
// argument check, the unknown-option error and the README's syntax come from the same rows. Arguments in front of the
// block are the plugin's own business.

import type { Dispenser } from '../corefile/dispenser.ts';
import type { CorefileError } from '../corefile/error.ts';

/** One option of a block; `T` is the object into which the options of a block are read. */
export interface OptionRow<T> {
  /** The word at the start of the line. */
  readonly name: string;
  /**
   * The arguments in man-page form, which also says how many there are: '' none, `DURATION` one, `CERT KEY` two, `[FACTOR]` at
   * most one, `NAME...` at least one, `[ZONE...]` any number.
   */
  readonly args: string;
  /**
   * Checks the arguments and writes them into `options`. Their number is right. The dispenser stands on the last one: throw
   * `dispenser.err(text)` for an error with file and line, a CorefileError for one without.
   */
  readonly parse: (options: T, args: readonly string[], dispenser: Dispenser) => void;
  /** The arguments that stand for an absent option, as the README shows them; see `applyDefaults`. */
  readonly default?: string;
  /** One sentence for the README. */
  readonly doc: string;
  /**
   * True for options of which CoreDNS reads no more words than it needs: what follows on the line is taken for the next
   * option. Without it, words too many are an argument error.
   */
  readonly leavesExtraWords?: boolean;
}

/**
 * What to do with a word that is in no row; the dispenser stands on it. Returns the error to throw, or undefined when the plugin
 * has read the line itself (the inline entries of hosts).
 */
export type UnknownOption<T> = (dispenser: Dispenser, options: T) => CorefileError | undefined;

/**
 * Reads the block that follows on the dispenser's line, if there is one, into `options`. Throws CorefileError: wrong number
 * of arguments, `unknown property 'X'` (or what `unknown` makes of it), or what a row throws.
 */
export function readOptions<T>(
  dispenser: Dispenser,
  rows: readonly OptionRow<T>[],
  options: T,
  unknown: UnknownOption<T> = unknownProperty,
): void {
  while (dispenser.nextBlock()) {
    const row = rows.find(({ name }) => name === dispenser.value);
    if (row !== undefined) {
      row.parse(options, readArguments(dispenser, row), dispenser);
      continue;
    }
    const error = unknown(dispenser, options);
    if (error !== undefined) throw error;
  }
}

/** The usual error: `FILE:LINE - Error during parsing: unknown property 'X'`. */
export function unknownProperty(dispenser: Dispenser): CorefileError {
  return dispenser.err(`unknown property '${dispenser.value}'`);
}

/** For plugins that take an unknown option for a wrong argument (cache, template, tsig). */
export function unknownIsArgumentError(dispenser: Dispenser): CorefileError {
  return dispenser.argErr();
}

/** For plugins without arguments: throws at the first word after the directive, then at a block. */
export function expectNoArguments(dispenser: Dispenser): void {
  if (dispenser.nextArg()) throw dispenser.argErr();
}

function readArguments<T>(dispenser: Dispenser, row: OptionRow<T>): string[] {
  const { least, most } = argumentCount(row.args);
  const args: string[] = [];
  if (row.leavesExtraWords === true) {
    while (args.length < most && dispenser.nextArg()) args.push(dispenser.value);
  } else {
    args.push(...dispenser.remainingArgs());
  }
  if (args.length < least || args.length > most) throw dispenser.argErr();
  return args;
}

/** How many arguments a man-page form stands for; words in brackets may be absent, `...` has no upper limit. */
export function argumentCount(form: string): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = 0;
  let depth = 0;
  for (const word of form.split(' ').filter((text) => text !== '')) {
    depth += count(word, '[');
    if (depth === 0) least++;
    most += word.includes('...') ? Number.POSITIVE_INFINITY : 1;
    depth -= count(word, ']');
  }
  return { least, most };
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

/**
 * Writes the defaults of all rows that have one into `options`, by the same `parse` that reads them from a Corefile. Errors
 * would point at the dispenser's current token.
 */
export function applyDefaults<T>(
  dispenser: Dispenser,
  rows: readonly OptionRow<T>[],
  options: T,
): void {
  for (const row of rows) {
    if (row.default === undefined) continue;
    const words = row.default.split(' ').filter((text) => text !== '');
    row.parse(options, words, dispenser);
  }
}

/** The Syntax section of a plugin's README: `heading`, then one line an option, in the order of the table. */
export function syntaxText<T>(heading: string, rows: readonly OptionRow<T>[]): string {
  if (rows.length === 0) return heading;
  const lines = rows.map(({ name, args }) => `    ${args === '' ? name : `${name} ${args}`}`);
  return [`${heading} {`, ...lines, '}'].join('\n');
}

/** The option list of a plugin's README: a Markdown list item an option, with its default. */
export function optionList<T>(rows: readonly OptionRow<T>[]): string {
  return rows
    .map((row) => {
      const usage = row.args === '' ? row.name : `${row.name} ${row.args}`;
      const standard = row.default === undefined ? '' : ` Default: \`${row.default}\`.`;
      return `- \`${usage}\`: ${row.doc}${standard}`;
    })
    .join('\n');
}
