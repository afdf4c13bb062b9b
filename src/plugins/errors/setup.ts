// Control half of errors: reads and checks its options (CoreDNS: plugin/errors/setup.go). Regular expressions are
// compiled here once for their error text, and again in each serving thread, since they cannot be sent there.

import { parseDuration } from '../../base/duration.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import { compilePattern, excessOctets } from '../../plugin/regular-expression.ts';
import { readOnce } from '../../plugin/single-use.ts';
import {
  CONSOLIDATE_LEVELS,
  type ConsolidateLevel,
  type ErrorsOptions,
  type PatternOptions,
} from './options.ts';

/** What the block says. */
interface ErrorsBlock {
  readonly patterns: PatternOptions[];
  hasStacktrace: boolean;
}

/** Options of the block. */
export const errorsRows: readonly OptionRow<ErrorsBlock>[] = [
  {
    name: 'stacktrace',
    args: '',
    parse(block) {
      block.hasStacktrace = true;
    },
    leavesExtraWords: true,
    doc: 'adds the stack to the line of a plugin that threw.',
  },
  {
    name: 'consolidate',
    args: 'DURATION REGEXP [LEVEL] [show_first]',
    parse(block, args, dispenser) {
      block.patterns.push(readPattern(args, dispenser));
    },
    doc: 'counts errors that match the RE2 expression instead of logging each, and logs the count DURATION after the first, at LEVEL (`warning`, `error`, `info`, `debug`; default `error`). With `show_first` the first error is logged at once.',
  },
];

/** One handler with its patterns; sets `hasStacktrace`. */
export const errorsControl: ControlPlugin = {
  name: 'errors',
  isHandler: true,
  setup(dispenser, { settings }) {
    const block: ErrorsBlock = { patterns: [], hasStacktrace: false };
    readOnce(dispenser, () => {
      readTarget(dispenser);
      readOptions(dispenser, errorsRows, block, (at) => at.syntaxErr(`Unknown field ${at.value}`));
    });
    if (block.hasStacktrace) settings.hasStacktrace = true;
    const options: ErrorsOptions = { patterns: block.patterns };
    return [options];
  },
};

/** The one log target that there is. */
function readTarget(dispenser: Dispenser): void {
  const args = dispenser.remainingArgs();
  if (args.length > 1) throw dispenser.argErr();
  const [target] = args;
  if (target !== undefined && target !== 'stdout') {
    throw dispenser.err(`invalid log file: ${target}`);
  }
}

function readPattern(args: readonly string[], dispenser: Dispenser): PatternOptions {
  const [duration = '', pattern = '', ...rest] = args;
  const periodMs = parseDuration(duration);
  if (typeof periodMs === 'string') throw dispenser.err(periodMs);
  checkPattern(pattern, dispenser);
  return { periodMs, pattern, ...readSwitches(rest, dispenser) };
}

function checkPattern(pattern: string, dispenser: Dispenser): void {
  const excess = excessOctets(pattern);
  if (excess !== undefined) throw dispenser.err(`regex pattern too long: ${excess}`);
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') throw dispenser.err(compiled);
}

function readSwitches(
  words: readonly string[],
  dispenser: Dispenser,
): Pick<PatternOptions, 'level' | 'isFirstShown'> {
  let level: ConsolidateLevel | undefined;
  let isFirstShown = false;
  for (const word of words) {
    const found = CONSOLIDATE_LEVELS.find((each) => each === word);
    if (found !== undefined) {
      checkLevelPlace(level, isFirstShown, dispenser);
      level = found;
    } else if (word === 'show_first') {
      isFirstShown = true;
    } else {
      throw dispenser.err(`unknown option in consolidate: ${word}`);
    }
  }
  return { level: level ?? 'error', isFirstShown };
}

/** There is at most one level, and it stands before show_first. */
function checkLevelPlace(
  level: ConsolidateLevel | undefined,
  isFirstShown: boolean,
  dispenser: Dispenser,
): void {
  if (level !== undefined) throw dispenser.err('multiple log levels specified in consolidate');
  if (isFirstShown) {
    throw dispenser.err('log level must come before show_first in consolidate');
  }
}
