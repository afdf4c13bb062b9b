// The options of a stanza's block (CoreDNS: plugin/template/setup.go).

import { quote } from '../../base/go-text.ts';
import { parseUnsigned } from '../../base/go-unsigned.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import { checkExpression } from '../../plugin/expression/expression.ts';
import { stanzaScope } from '../../plugin/expression/scope.ts';
import type { ValueType } from '../../plugin/expression/types.ts';
import type { OptionRow } from '../../plugin/options.ts';
import { compilePattern, excessOctets } from '../../plugin/regular-expression.ts';
import { responseCode } from './mnemonics.ts';
import type { ExtendedErrorOptions, Section, VariableOptions } from './options.ts';
import { parseRecordTemplate } from './record-template.ts';
import { isReserved, isVariableName } from './variable-names.ts';

/** What the block of one stanza says. */
export interface StanzaBlock {
  readonly patterns: string[];
  readonly variables: VariableOptions[];
  readonly conditions: string[];
  readonly records: Readonly<Record<Section, string[]>>;
  rcode: number;
  extendedError: ExtendedErrorOptions | undefined;
  fallthrough: readonly string[] | undefined;
}

const INFO_CODE_BITS = 16;

/** Options of the block. */
export const templateRows: readonly OptionRow<StanzaBlock>[] = [
  {
    name: 'match',
    args: 'REGEX...',
    parse(block, args, dispenser) {
      for (const pattern of args) checkPattern(pattern, dispenser);
      block.patterns.push(...args);
    },
    doc: 'only names that one of these RE2 expressions matches somewhere; the first one that does gives the groups.',
    default: '.*',
  },
  {
    name: 'var',
    args: 'NAME EXPRESSION...',
    parse(block, [name = '', ...words], dispenser) {
      readVariable(block, name, words.join(' '), dispenser);
    },
    doc: 'computes a value, which is `.Var.NAME` in templates and NAME in the expressions that follow.',
  },
  {
    name: 'expr',
    args: 'EXPRESSION...',
    parse(block, words, dispenser) {
      const expression = words.join(' ');
      typeOf(expression, block, dispenser, '');
      block.conditions.push(expression);
    },
    doc: 'a condition besides `match`; of several, all must be true.',
  },
  {
    name: 'answer',
    args: 'RR...',
    parse: (block, args, dispenser) => readTemplates(block, 'answer', args, dispenser),
    doc: 'templates of records for the answer section, one each.',
  },
  {
    name: 'additional',
    args: 'RR...',
    parse: (block, args, dispenser) => readTemplates(block, 'additional', args, dispenser),
    doc: 'the same for the additional section.',
  },
  {
    name: 'authority',
    args: 'RR...',
    parse: (block, args, dispenser) => readTemplates(block, 'authority', args, dispenser),
    doc: 'the same for the authority section.',
  },
  {
    name: 'rcode',
    args: 'CODE',
    parse(block, [word = ''], dispenser) {
      const code = responseCode(word);
      if (code === undefined) throw dispenser.err(`unknown rcode ${word}`);
      block.rcode = code;
    },
    doc: 'the response code.',
    default: 'NOERROR',
    leavesExtraWords: true,
  },
  {
    name: 'ederror',
    args: 'CODE [REASON]',
    parse(block, [word = '', text = ''], dispenser) {
      const code = parseUnsigned(word, 10, INFO_CODE_BITS);
      if (typeof code === 'string') {
        throw dispenser.err(`error parsing extended DNS error code ${dispenser.value}, ${code}`);
      }
      block.extendedError = { infoCode: Number(code), text };
    },
    doc: 'adds an extended DNS error to the reply.',
  },
  {
    name: 'fallthrough',
    args: '[ZONE...]',
    parse(block, args) {
      const zones = args.flatMap(normalizeZones);
      if (args.length > 0 && zones.length === 0) block.fallthrough = undefined;
      else block.fallthrough = zones;
    },
    doc: 'names that do not match go on to the next stanza or plugin; with zones, only names in them.',
  },
  {
    name: 'upstream',
    args: '[ANY...]',
    parse() {},
    doc: 'is accepted and has no effect: targets of CNAME records are always looked up.',
  },
];

/** Reads one variable; a name stands for one value only. */
function readVariable(
  block: StanzaBlock,
  name: string,
  expression: string,
  dispenser: Dispenser,
): void {
  if (!isVariableName(name)) throw dispenser.err(`invalid variable name ${quote(name)}`);
  if (isReserved(name) || block.variables.some((variable) => variable.name === name)) {
    throw dispenser.err(`variable name ${quote(name)} is reserved`);
  }
  const type = typeOf(expression, block, dispenser, `${name}, `);
  // What begins as nil may be anything.
  block.variables.push({ name, expression, type: type === 'nil' ? 'unknown' : type });
}

/** The type of an expression that knows the variables so far. */
function typeOf(
  expression: string,
  { variables }: StanzaBlock,
  dispenser: Dispenser,
  subject: string,
): ValueType {
  const types = new Map(variables.map(({ name, type }) => [name, type]));
  try {
    return checkExpression(expression, stanzaScope(types));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw dispenser.err(`could not compile expression: ${subject}${reason}`);
  }
}

/** Compiles a regular expression for its error text. */
function checkPattern(pattern: string, dispenser: Dispenser): void {
  const excess = excessOctets(pattern);
  if (excess !== undefined) throw dispenser.err(`regex pattern too long: ${excess}`);
  const compiled = compilePattern(pattern);
  if (typeof compiled !== 'string') return;
  throw dispenser.err(`could not parse regex: ${pattern}, ${compiled}`);
}

/** Parses templates for their error texts; CoreDNS shows the last argument of the line in them. */
function readTemplates(
  block: StanzaBlock,
  section: Section,
  texts: readonly string[],
  dispenser: Dispenser,
): void {
  for (const text of texts) {
    try {
      parseRecordTemplate(section, text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw dispenser.err(`could not compile template: ${dispenser.value}, ${reason}`);
    }
    block.records[section].push(text);
  }
}
