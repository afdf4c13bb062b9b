// Expressions of view and template made of pieces of the language at random: a text is refused with CoreDNS's form of an error, or it
// runs, and then it ends with a value or a fault of its own.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CorefileError } from '../../src/corefile/error.ts';
import { checkExpression, compileExpression } from '../../src/plugin/expression/expression.ts';
import { stanzaScope } from '../../src/plugin/expression/scope.ts';
import type { Subject } from '../../src/plugin/expression/subject.ts';
import { EvaluationFault, type Value } from '../../src/plugin/expression/value.ts';
import { exchangeFor } from '../support/chain-doubles.ts';

const scope = stanzaScope(new Map([['x', 'int']]));
const subject: Subject = {
  exchange: exchangeFor({ name: 'www.example.org.' }),
  variables: new Map<string, Value>([['x', 3]]),
  groups: new Map([['0', 'whole']]),
};

const values = ['1', '2.5', "'a'", 'true', 'nil', 'x', 'name()', 'do()', '[1, 2]', '1..3', '#'];
const calls = [
  'len',
  'upper',
  'int',
  'string',
  'max',
  'first',
  'any',
  'map',
  'count',
  'sum',
  'group',
];
const signs = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '**',
  '==',
  '<',
  'in',
  'not in',
  '&&',
  'or',
  '..',
  '??',
  '|',
  'matches',
];

/** Expressions that look right; many have wrong types. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(...values),
    fc
      .tuple(tie('expression'), fc.constantFrom(...signs), tie('expression'))
      .map((parts) => parts.join(' ')),
    fc.tuple(fc.constantFrom('!', '-', 'not '), tie('expression')).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(...calls), fc.array(tie('expression'), { maxLength: 2 }))
      .map(([name, args]) => `${name}(${args.join(', ')})`),
    tie('expression').map((inner) => `(${inner})`),
    fc.tuple(tie('expression'), tie('expression')).map(([of, at]) => `${of}[${at}]`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `${a} ? ${b} : ${c}`),
  ),
}));

/** Anything, more or less like an expression. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...values,
        ...calls,
        ...signs,
        '(',
        ')',
        '[',
        ']',
        ',',
        "'",
        '"',
        '\\',
        '{',
        '}',
        '/*',
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(' '));

/** Runs it if it passes the check. */
function attempt(source: string): void {
  try {
    checkExpression(source, scope);
  } catch (error) {
    expect(error).toBeInstanceOf(CorefileError);
    return;
  }
  const evaluate = compileExpression(source);
  try {
    expect(evaluate(subject, null)).not.toBeUndefined();
  } catch (error) {
    const isOwn = error instanceof EvaluationFault || /error parsing regexp/.test(String(error));
    expect(isOwn, `${source}: ${String(error)}`).toBe(true);
  }
}

describe('an expression is refused, has a value, or a fault of its own', () => {
  test('made by the grammar', () => fc.assert(fc.property(expression, attempt), { numRuns: 5000 }));
  test('made of anything', () => fc.assert(fc.property(soup, attempt), { numRuns: 5000 }));
});
