// The options of a stanza's block (CoreDNS: plugin/template/setup.go).

import { RE2JS } from 're2js';
import { parseUnsigned } from '../../base/go-unsigned.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import type { OptionRow } from '../../plugin/options.ts';
import { responseCode } from './mnemonics.ts';
import { type ExtendedErrorOptions, MAX_PATTERN_OCTETS, type Section } from './options.ts';
import { parseRecordTemplate } from './record-template.ts';

/** What the block of one stanza says. */
export interface StanzaBlock {
  readonly patterns: string[];
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
  notYet('var', 'NAME EXPRESSION...', 'computes a value for templates.'),
  notYet('expr', 'EXPRESSION...', 'a condition besides `match`.'),
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

/** An option of CoreDNS that is known and refused. */
function notYet(name: string, args: string, purpose: string): OptionRow<StanzaBlock> {
  return {
    name,
    args,
    parse(_block, _args, dispenser) {
      throw dispenser.err(`${name} is not supported yet`);
    },
    doc: `${purpose} Not supported yet.`,
  };
}

/** Compiles an expression for its error text. */
function checkPattern(pattern: string, dispenser: Dispenser): void {
  const octets = new TextEncoder().encode(pattern).length;
  if (octets > MAX_PATTERN_OCTETS) {
    throw dispenser.err(`regex pattern too long: ${octets} > ${MAX_PATTERN_OCTETS}`);
  }
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // Go names the offending piece even when it is empty.
    const text = reason.endsWith('`') ? reason : `${reason}: \`\``;
    throw dispenser.err(`could not parse regex: ${pattern}, ${text}`);
  }
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
