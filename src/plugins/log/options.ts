// What the halves of the log plugin tell each other, and the formats that have a name (CoreDNS: plugin/log/log.go).

/** Classes of replies in a Corefile. */
export const LOG_CLASSES = ['all', 'success', 'denial', 'error'] as const;

/** One of the classes. */
export type LogClass = (typeof LOG_CLASSES)[number];

/** One name of one stanza. */
export interface LogRuleOptions {
  /** Names at and below this one are logged, in text form with a final dot. */
  readonly scope: string;
  readonly format: string;
  readonly classes: readonly LogClass[];
}

/** Options of one handler; the first rule that holds a name decides. */
export interface LogOptions {
  readonly rules: readonly LogRuleOptions[];
}

/** `{common}`, the default. */
export const COMMON_FORMAT =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';

/** `{combined}`. */
export const COMBINED_FORMAT: string = `${COMMON_FORMAT} "{>opcode}"`;
