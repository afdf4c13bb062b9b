// Errors of expressions: what is wrong and where, in the form that operators know from CoreDNS (expr-lang, file/error.go).

/** A fault at `offset`, in UTF-16 units of the source. */
export class ExpressionFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'ExpressionFault';
    this.offset = offset;
  }

  /**
   * The text with line, column and a pointer:
   *
   *   unknown name nosuch (1:1)
   *    | nosuch()
   *    | ^
   */
  textFor(source: string): string {
    // An empty source has no line to show.
    if (source === '') return this.message;
    const before = source.slice(0, this.offset).split('\n');
    const column = [...(before.at(-1) ?? '')].length;
    const line = source.split('\n')[before.length - 1] ?? '';
    const pointer = `${'.'.repeat(column)}^`;
    return `${this.message} (${before.length}:${column + 1})\n | ${line.replaceAll('\t', ' ')}\n | ${pointer}`;
  }
}
