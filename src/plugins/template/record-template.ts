// One template of a record: text with the data put in, read as a line of a master file.

import type { ResourceRecord } from '../../dns/record.ts';
import { parseRecord } from '../../zone/master/parser.ts';
import { executeTemplate } from './language/execute.ts';
import { ExecutionError } from './language/execution-error.ts';
import { FUNCTIONS, SHORT_CIRCUITS } from './language/functions.ts';
import { nodeText } from './language/nodes.ts';
import { type ParsedTemplate, parseTemplate } from './language/parser.ts';
import type { GoFunction, GoValue } from './language/values.ts';
import type { Section } from './options.ts';
import { PARSE_INT } from './parse-int.ts';

/** Go's functions and the one that CoreDNS adds. */
const ALL_FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map([
  ...FUNCTIONS,
  ['parseInt', PARSE_INT],
]);
const FUNCTION_NAMES: ReadonlySet<string> = new Set([...ALL_FUNCTIONS.keys(), ...SHORT_CIRCUITS]);

/** What came of a template: a record, or why there is none and which step failed. */
export type RecordOutcome =
  | { readonly record: ResourceRecord }
  | { readonly failed: 'template' | 'record' | 'empty'; readonly error: Error };

/** Parses a template. Throws TemplateSyntaxError. */
export function parseRecordTemplate(section: Section, text: string): ParsedTemplate {
  return parseTemplate(section, text, FUNCTION_NAMES);
}

/** Makes records; a template without actions is read once. */
export class RecordTemplate {
  readonly section: Section;
  /** Canonical text, for metrics. */
  readonly text: string;
  readonly #template: ParsedTemplate;
  readonly #constant: RecordOutcome | undefined;

  /** The text has been checked by the control half. */
  constructor(section: Section, text: string) {
    this.section = section;
    this.#template = parseRecordTemplate(section, text);
    const { root } = this.#template;
    this.text = nodeText(root);
    const isConstant = root.statements.every(({ kind }) => kind === 'text');
    this.#constant = isConstant ? readRecord(section, this.text) : undefined;
  }

  /** The record for some data. */
  run(data: GoValue): RecordOutcome {
    return this.#constant ?? this.#execute(data);
  }

  /** Errors of a template are outcomes here; anything else is a fault of this program. */
  #execute(data: GoValue): RecordOutcome {
    try {
      return readRecord(this.section, executeTemplate(this.#template, data, ALL_FUNCTIONS));
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      return { failed: 'template', error };
    }
  }
}

/** The text as a line of a master file. */
function readRecord(section: Section, text: string): RecordOutcome {
  try {
    const record = parseRecord(text);
    if (record !== undefined) return { record };
    return { failed: 'empty', error: new Error(`template: ${section}: no record`) };
  } catch (error) {
    return { failed: 'record', error: error instanceof Error ? error : new Error(String(error)) };
  }
}
