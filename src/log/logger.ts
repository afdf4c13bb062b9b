// What the rest of the program logs to, and the two line layouts. No output here: lines go out by
// control-logger.ts on the control thread and by ring-logger.ts on serving threads, which must not
// load pino.

import type { OctetLines } from './octet-line.ts';

/** Writes one line a call. `fatal` also flushes; ending the process is up to the caller. */
export interface Logger {
  /** Dropped unless debug lines are on (plugin debug). */
  debug(text: string): void;
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  fatal(text: string): void;
  /** Where INFO lines may be composed as octets, for a logger that has such a place. */
  readonly octetLines?: OctetLines | undefined;
}

/** `coredns`: `[INFO] text`; `json`: one object a line with level, time (epoch ms) and msg. */
export type LogLayout = 'coredns' | 'json';

/** The words of the levels, as CoreDNS writes them in brackets (plugin/pkg/log). */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'FATAL';

/** A logger that puts `plugin/NAME: ` before every line (CoreDNS plugin/pkg/log/plugin.go). */
export function pluginLogger(logger: Logger, plugin: string): Logger {
  const prefix = `plugin/${plugin}: `;
  return {
    debug: (text) => logger.debug(prefix + text),
    info: (text) => logger.info(prefix + text),
    warning: (text) => logger.warning(prefix + text),
    error: (text) => logger.error(prefix + text),
    fatal: (text) => logger.fatal(prefix + text),
  };
}

/** One line with its newline. `epochMs` is used by the json layout only. */
export function formatLine(
  layout: LogLayout,
  level: LogLevel,
  text: string,
  epochMs: number,
): string {
  if (layout === 'coredns') return `[${level}] ${text}\n`;
  return `${JSON.stringify({ level: level.toLowerCase(), time: epochMs, msg: text })}\n`;
}
