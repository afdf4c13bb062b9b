// The functions of expr-lang that are about strings. Characters are UTF-16 units, which is the same for names.

import { type ExpressionFunction, taking } from './function.ts';
import type { ValueType } from './types.ts';
import { asArray, asNumber, asString, EvaluationFault, type Value, valueText } from './value.ts';

/** Longest string that `repeat` makes. */
const MAX_REPEATED = 10_000;

const SPACES = ' \t\r\n';

/** Removes characters of a set from both ends. */
function trim(text: string, set: string): string {
  let [from, to] = [0, text.length];
  while (from < to && set.includes(text[from] ?? '')) from++;
  while (to > from && set.includes(text[to - 1] ?? '')) to--;
  return text.slice(from, to);
}

function repeat(text: string, times: number): string {
  if (times < 0 || text.length * times > MAX_REPEATED) throw new EvaluationFault('repeat too long');
  return text.repeat(times);
}

/** At most `most` parts, all for a negative number. */
function split(text: string, separator: string, most: number): string[] {
  const parts = text.split(separator);
  if (most < 0 || parts.length <= most) return parts;
  if (most === 0) return [];
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

/** Replaces the first `most` occurrences, all for a negative number. */
function replace(text: string, old: string, by: string, most: number): string {
  let done = 0;
  return text.replaceAll(old, (found) => (most >= 0 && done++ >= most ? found : by));
}

function textual(
  gives: ValueType,
  run: (text: string, other: string) => Value,
): ExpressionFunction {
  return {
    judge: taking(['string', 'string'], gives),
    run: (_subject, [text, other]) => run(asString(text), asString(other)),
  };
}

/** The second argument may be absent: spaces, or one space. */
function trimming(absent: string, run: (text: string, part: string) => string): ExpressionFunction {
  return {
    judge: taking(['string', 'string'], 'string', 1),
    run: (_subject, [text, part]) =>
      run(asString(text), part === undefined ? absent : asString(part)),
  };
}

function converting(run: (text: string) => string): ExpressionFunction {
  return {
    judge: taking(['string'], 'string'),
    run: (_subject, [text]) => run(asString(text)),
  };
}

/** By name. */
export const TEXT_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  lower: converting((text) => text.toLowerCase()),
  upper: converting((text) => text.toUpperCase()),
  trim: trimming(SPACES, trim),
  trimPrefix: trimming(' ', (text, part) =>
    text.startsWith(part) ? text.slice(part.length) : text,
  ),
  trimSuffix: trimming(' ', (text, part) =>
    text.endsWith(part) ? text.slice(0, text.length - part.length) : text,
  ),
  hasPrefix: textual('bool', (text, part) => text.startsWith(part)),
  hasSuffix: textual('bool', (text, part) => text.endsWith(part)),
  indexOf: textual('int', (text, part) => text.indexOf(part)),
  lastIndexOf: textual('int', (text, part) => text.lastIndexOf(part)),
  split: {
    judge: taking(['string', 'string', 'int'], '[]string', 1),
    run: (_subject, [text, separator, most]) =>
      split(asString(text), asString(separator), most === undefined ? -1 : asNumber(most)),
  },
  join: {
    judge: taking(['[]string', 'string'], 'string', 1),
    run: (_subject, [items, separator]) =>
      asArray(items)
        .map(asString)
        .join(separator === undefined ? '' : asString(separator)),
  },
  replace: {
    judge: taking(['string', 'string', 'string', 'int'], 'string', 1),
    run: (_subject, [text, old, by, most]) =>
      replace(
        asString(text),
        asString(old),
        asString(by),
        most === undefined ? -1 : asNumber(most),
      ),
  },
  repeat: {
    judge: taking(['string', 'int'], 'string'),
    run: (_subject, [text, times]) => repeat(asString(text), asNumber(times)),
  },
  string: {
    judge: taking(['unknown'], 'string'),
    run: (_subject, [value]) => valueText(value ?? null),
  },
};
