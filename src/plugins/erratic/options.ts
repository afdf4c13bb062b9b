// What the halves of erratic tell each other, and the options of its block (CoreDNS: plugin/erratic/setup.go).

import { parseDuration } from '../../base/duration.ts';
import { type IntegerKind, parseInteger, quote } from '../../base/go-text.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { OptionRow } from '../../plugin/options.ts';

/** Every how many queries something happens; 0 is never. */
export interface ErraticOptions {
  drop: number;
  delay: number;
  delayMs: number;
  truncate: number;
  isLarge: boolean;
  /** One Uint32: queries so far, counted by all threads. */
  readonly counter: SharedArrayBuffer;
}

const DEFAULT_AMOUNT = 2;
const DEFAULT_DELAY_MS = 100;
const INT32: IntegerKind = { function: 'ParseInt', bits: 32 };

/** The options while they are read. */
export interface ErraticBlock extends ErraticOptions {
  /** Whether the block says how many queries are dropped. */
  isDropSet: boolean;
}

/** Options of the block. */
export const erraticRows: readonly OptionRow<ErraticBlock>[] = [
  {
    name: 'drop',
    args: '[AMOUNT]',
    parse(block, [amount]) {
      if (amount === undefined) return;
      block.drop = readAmount(amount);
      block.isDropSet = true;
    },
    doc: 'gives no reply to every AMOUNT-th query; by default every second.',
  },
  {
    name: 'delay',
    args: '[AMOUNT [DURATION]]',
    parse(block, [amount, duration]) {
      block.delay = amount === undefined ? DEFAULT_AMOUNT : readAmount(amount);
      block.delayMs = duration === undefined ? DEFAULT_DELAY_MS : readDuration(duration);
    },
    doc: 'holds the reply to every AMOUNT-th query back; by default every second, for 100ms.',
  },
  {
    name: 'truncate',
    args: '[AMOUNT]',
    parse(block, [amount]) {
      block.truncate = amount === undefined ? DEFAULT_AMOUNT : readAmount(amount);
    },
    doc: 'sets TC in replies to queries whose number has no bit in common with AMOUNT; by default 2.',
  },
  {
    name: 'large',
    args: '',
    parse(block) {
      block.isLarge = true;
    },
    leavesExtraWords: true,
    doc: 'answers with 30 records.',
  },
];

/** Options without any line: every second query is dropped. */
export function defaultErratic(): ErraticBlock {
  const counter = new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT);
  const never = { delay: 0, delayMs: 0, truncate: 0 };
  return { drop: DEFAULT_AMOUNT, ...never, isLarge: false, isDropSet: false, counter };
}

function readAmount(text: string): number {
  const amount = parseInteger(text, INT32);
  if (typeof amount === 'string') throw new CorefileError(amount);
  if (amount < 0) throw new CorefileError(`illegal amount value given ${quote(text)}`);
  return amount;
}

function readDuration(text: string): number {
  const durationMs = parseDuration(text);
  if (typeof durationMs === 'string') throw new CorefileError(durationMs);
  return durationMs;
}
