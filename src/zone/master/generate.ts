// $GENERATE: one template line that stands for a range of numbers (as BIND has it; error texts of
// miekg/dns generate.go). Makes text only; the parser reads it as if it stood in the file.

/** Most lines that one directive may make; miekg/dns sets the same limit. */
const MAX_LINES = 65_535;
const MAX_VALUE = 2 ** 31 - 1;

/** The numbers of a range `START-STOP[/STEP]`. */
export interface GenerateRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** Reads a range; a string is the error text. */
export function parseGenerateRange(text: string): GenerateRange | string {
  const slash = text.indexOf('/');
  const step = slash < 0 ? 1 : wholeNumber(text.slice(slash + 1));
  if (step === undefined || step < 1) return 'bad step in $GENERATE range';
  const range = slash < 0 ? text : text.slice(0, slash);
  const dash = range.indexOf('-');
  if (dash < 0) return 'bad start-stop in $GENERATE range';
  const start = wholeNumber(range.slice(0, dash));
  if (start === undefined) return 'bad start in $GENERATE range';
  const stop = wholeNumber(range.slice(dash + 1));
  if (stop === undefined) return 'bad stop in $GENERATE range';
  const isBad = stop < start || stop > MAX_VALUE || (stop - start) / step > MAX_LINES;
  return isBad ? 'bad range in $GENERATE range' : { start, stop, step };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** What stands for one `$`: how to print the number. */
type Piece = string | ((value: number) => string);

/** The lines of a template, newline-separated. `{ error }` where a modifier is bad. */
export function generateLines(range: GenerateRange, template: string): string | { error: string } {
  const pieces = templatePieces(template, range);
  if (typeof pieces === 'string') return { error: pieces };
  const lines: string[] = [];
  for (let value = range.start; value <= range.stop; value += range.step) {
    lines.push(pieces.map((piece) => (typeof piece === 'string' ? piece : piece(value))).join(''));
  }
  return lines.join('\n');
}

function templatePieces(template: string, range: GenerateRange): Piece[] | string {
  const pieces: Piece[] = [];
  // `\$` and `$$` are a plain dollar; `${...}` a modifier; `$` alone the number.
  for (const [text] of template.matchAll(/\\.?|\$\$|\$\{[^}]*\}?|\$|[^\\$]+/gs)) {
    if (text === '$') pieces.push(String);
    else if (text === '$$' || text === '\\$') pieces.push('$');
    else if (!text.startsWith('${')) pieces.push(text);
    else {
      const print = modifier(text, range);
      if (typeof print === 'string') return print;
      pieces.push(print);
    }
  }
  return pieces;
}

/** `${OFFSET[,WIDTH[,BASE]]}` as a function; a string is the error text. */
function modifier(text: string, range: GenerateRange): ((value: number) => string) | string {
  if (!text.endsWith('}')) return 'bad modifier in $GENERATE';
  const [offsetText = '', widthText = '0', base = 'd', ...rest] = text.slice(2, -1).split(',');
  if (rest.length > 0) return 'bad modifier in $GENERATE';
  if (!/^[odxX]$/.test(base)) return 'bad base in $GENERATE';
  const offset = /^[+-]?\d{1,10}$/.test(offsetText) ? Number(offsetText) : Number.NaN;
  const isInRange = range.start + offset >= 0 && range.stop + offset <= MAX_VALUE;
  if (!isInRange) return 'bad offset in $GENERATE';
  const width = wholeNumber(widthText);
  if (width === undefined || width > 255) return 'bad width in $GENERATE';
  const radix = base === 'o' ? 8 : base === 'd' ? 10 : 16;
  return (value) => {
    const digits = (value + offset).toString(radix).padStart(width, '0');
    return base === 'X' ? digits.toUpperCase() : digits;
  };
}
