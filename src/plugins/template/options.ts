// What the halves of the template plugin tell each other: stanzas as plain data. Expressions and templates are texts here, since
// compiled ones cannot be sent to a thread.

import type { ValueType } from '../../plugin/expression/types.ts';

/** Sections of a reply that records are made for, in the order in which they are made. */
export const SECTIONS = ['answer', 'additional', 'authority'] as const;

/** One of them. */
export type Section = (typeof SECTIONS)[number];

/** `ederror`: an extended error (RFC 8914). */
export interface ExtendedErrorOptions {
  readonly infoCode: number;
  readonly text: string;
}

/** `var`: a value that is computed for each query. */
export interface VariableOptions {
  readonly name: string;
  /** Source of its expression. */
  readonly expression: string;
  readonly type: ValueType;
}

/** One stanza. */
export interface StanzaOptions {
  /** Numbers; 255 is ANY. */
  readonly class: number;
  readonly type: number;
  /** In text form, lower case, with a final dot. */
  readonly zones: readonly string[];
  /** Regular expressions of RE2; the first one that matches counts. */
  readonly patterns: readonly string[];
  /** In the order in which they are computed: one may use those in front of it. */
  readonly variables: readonly VariableOptions[];
  /** `expr`: sources of expressions that must all be true. */
  readonly conditions: readonly string[];
  /** Go templates by section. */
  readonly records: Readonly<Record<Section, readonly string[]>>;
  readonly rcode: number;
  readonly extendedError: ExtendedErrorOptions | undefined;
  /** Undefined: no fallthrough; empty: for all names. */
  readonly fallthrough: readonly string[] | undefined;
}

/** Options of one handler. */
export interface TemplateOptions {
  readonly stanzas: readonly StanzaOptions[];
}

/** The expression of a stanza without `match`: every name. */
export const MATCH_ALL = '.*';
