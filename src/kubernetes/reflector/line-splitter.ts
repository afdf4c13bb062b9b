// Cuts a watch stream into its events: one JSON text a line. Keeps only the unfinished line.

const LINE_FEED = 0x0a;

/** Collects chunks and hands out lines. JSON escapes line feeds, so each one is the end of an event. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #pending: Buffer[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes one chunk; calls back for each line that it completes. Empty lines are passed over. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const line = this.#take(chunk.subarray(start, end));
      start = end + 1;
      if (line !== '') this.#onLine(line);
    }
    if (start < chunk.length) this.#pending.push(chunk.subarray(start));
  }

  #take(last: Buffer): string {
    if (this.#pending.length === 0) return last.toString('utf8');
    const line = Buffer.concat([...this.#pending, last]).toString('utf8');
    this.#pending = [];
    return line;
  }
}
