// What the halves of the rewrite plugin tell each other: rules as plain data, in Corefile order. Regular expressions are
// texts here, since compiled ones cannot be sent to a thread.

/** How a rule looks at a name. */
export const MATCH_KINDS = ['exact', 'prefix', 'suffix', 'substring', 'regex'] as const;

/** One of the ways. */
export type MatchKind = (typeof MATCH_KINDS)[number];

/** What to look for in a name: a text in lower case, or a regular expression. */
export interface NamePattern {
  readonly kind: MatchKind;
  readonly from: string;
}

/** `answer name RE TO` or `answer value RE TO`. */
export interface AnswerOptions {
  readonly part: 'name' | 'value';
  readonly from: string;
  readonly to: string;
}

/** `rewrite name`. */
export interface NameRuleOptions {
  readonly field: 'name';
  readonly pattern: NamePattern;
  readonly to: string;
  /** Whether names in replies are turned back (always for exact, else by `answer auto`). */
  readonly isAuto: boolean;
  readonly answers: readonly AnswerOptions[];
}

/** `rewrite type` and `rewrite class`: numbers. */
export interface NumberRuleOptions {
  readonly field: 'type' | 'class';
  readonly from: number;
  readonly to: number;
}

/** `rewrite ttl`: bounds in seconds. */
export interface TtlRuleOptions {
  readonly field: 'ttl';
  readonly pattern: NamePattern;
  readonly min: number;
  readonly max: number;
}

/** `rewrite rcode`: numbers. */
export interface RcodeRuleOptions {
  readonly field: 'rcode';
  readonly pattern: NamePattern;
  readonly from: number;
  readonly to: number;
}

/** `rewrite cname`. */
export interface CnameRuleOptions {
  readonly field: 'cname';
  readonly pattern: NamePattern;
  readonly to: string;
}

/** What an EDNS rule does with an option. */
export const EDNS_ACTIONS = ['set', 'append', 'replace', 'unset'] as const;

/** One of them. */
export type EdnsAction = (typeof EDNS_ACTIONS)[number];

/** What an option is filled with: octets, a variable of the query, or the client's network (mask lengths in bits). */
export type EdnsSource =
  | { readonly kind: 'local'; readonly data: Uint8Array }
  | { readonly kind: 'variable'; readonly variable: string }
  | { readonly kind: 'nsid' }
  | { readonly kind: 'subnet'; readonly ipv4Bits: number; readonly ipv6Bits: number };

/** `rewrite edns0`. */
export interface EdnsRuleOptions {
  readonly field: 'edns0';
  readonly code: number;
  readonly action: EdnsAction;
  readonly source: EdnsSource;
  readonly isReverted: boolean;
}

/** What a rule does. */
export type RuleAction =
  | NameRuleOptions
  | NumberRuleOptions
  | TtlRuleOptions
  | RcodeRuleOptions
  | CnameRuleOptions
  | EdnsRuleOptions;

/** One rule. */
export interface RuleOptions {
  /** Whether the list ends here when the rule matches (`stop`, the default). */
  readonly isLast: boolean;
  readonly action: RuleAction;
}

/** Options of one handler. */
export interface RewriteOptions {
  readonly rules: readonly RuleOptions[];
  /** EDNS option codes that may be sent back to clients because a local rule names them. */
  readonly echoedOptions: readonly number[];
}
