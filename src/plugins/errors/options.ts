// What the halves of the errors plugin tell each other: plain data.

/** Levels of consolidated lines, by their Corefile words. */
export const CONSOLIDATE_LEVELS = ['warning', 'error', 'info', 'debug'] as const;

/** One of the levels. */
export type ConsolidateLevel = (typeof CONSOLIDATE_LEVELS)[number];

/** One `consolidate` line. */
export interface PatternOptions {
  /** Milliseconds from the first matching error to the summary. */
  readonly periodMs: number;
  /** RE2 syntax; matches anywhere in the error's text. */
  readonly pattern: string;
  readonly level: ConsolidateLevel;
  /** Whether the first error of a period is logged at once (`show_first`). */
  readonly isFirstShown: boolean;
}

/** Options of one handler. */
export interface ErrorsOptions {
  readonly patterns: readonly PatternOptions[];
}
