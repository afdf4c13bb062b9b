// The logger of the control thread: pino decides about levels and writes the JSON layout, the
// CoreDNS layout is written here from what pino hands over. Both go to a LineOutput, which the
// rings of the serving threads share, so no line of one is torn by another. Serving threads use
// ring-logger.ts and must not import this.
import { Buffer } from 'node:buffer';
import { pino } from 'pino';
import type { LineOutput } from './line-output.ts';
import { formatLine, type Logger, type LogLayout, type LogLevel } from './logger.ts';

/** How long a FATAL line may take to leave before the process ends without it. */
const FATAL_FLUSH_MS = 2000;

const WORD_OF_LEVEL: Record<number, LogLevel> = {
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARNING',
  50: 'ERROR',
  60: 'FATAL',
};

/** Logs to an output that is written at once; fatal() also waits until the line is out. */
export class ControlLogger implements Logger {
  readonly #output: LineOutput;
  readonly #layout: LogLayout;
  #pino: pino.Logger | undefined;
  #isDebugEnabled = false;

  constructor(output: LineOutput, layout: LogLayout = 'coredns') {
    this.#output = output;
    this.#layout = layout;
  }

  /** Debug lines are written while this is true (plugin debug). */
  get isDebugEnabled(): boolean {
    return this.#isDebugEnabled;
  }

  set isDebugEnabled(isEnabled: boolean) {
    this.#isDebugEnabled = isEnabled;
    if (this.#pino !== undefined) this.#pino.level = levelFor(isEnabled);
  }

  debug(text: string): void {
    this.#logger.debug(text);
  }

  info(text: string): void {
    this.#logger.info(text);
  }

  warning(text: string): void {
    this.#logger.warn(text);
  }

  error(text: string): void {
    this.#logger.error(text);
  }

  fatal(text: string): void {
    this.#logger.fatal(text);
    this.#output.flush(FATAL_FLUSH_MS);
  }

  /**
   * Writes a line without level: the banner and the version lines. Always in this form, whatever
   * the layout.
   */
  plain(text: string): void {
    writeLine(this.#output, `${text}\n`);
  }

  /** Made with the first line: loading pino takes longer than reading a Corefile. */
  get #logger(): pino.Logger {
    this.#pino ??= createPino(this.#output, this.#layout, levelFor(this.#isDebugEnabled));
    return this.#pino;
  }
}

function levelFor(isDebugEnabled: boolean): 'debug' | 'info' {
  return isDebugEnabled ? 'debug' : 'info';
}

function createPino(output: LineOutput, layout: LogLayout, level: pino.Level): pino.Logger {
  const options = {
    base: null,
    level,
    formatters: { level: (_: string, code: number) => ({ level: wordOf(code).toLowerCase() }) },
  };
  const stream =
    layout === 'json' ? { write: (line: string) => writeLine(output, line) } : textStream(output);
  return pino(options, stream);
}

/**
 * A stream that takes pino's message and level instead of its JSON line: pino fills them in when
 * the symbol is there.
 */
function textStream(output: LineOutput): pino.DestinationStream {
  return {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    lastMsg: '',
    write(): void {
      writeLine(output, formatLine('coredns', wordOf(this.lastLevel), this.lastMsg, 0));
    },
  } as pino.DestinationStream & { lastLevel: number; lastMsg: string };
}

function wordOf(level: number): LogLevel {
  return WORD_OF_LEVEL[level] ?? 'INFO';
}

function writeLine(output: LineOutput, line: string): void {
  output.write(Buffer.from(line));
}
