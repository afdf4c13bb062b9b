// Go's Sprintf as templates use it: verbs, flags, width and precision for strings, numbers and booleans, and the marks that
// wrong uses leave (`%!d(string=x)`) (Go: fmt/print.go, fmt/format.go).

import { quote } from '../../../base/go-text.ts';
import {
  formatFloat,
  formatValue,
  GoFloat,
  GoInteger,
  GoSlice,
  GoStruct,
  type GoValue,
  typeName,
} from './values.ts';

/** One verb with what stands between `%` and it. */
interface Directive {
  readonly verb: string;
  readonly flags: ReadonlySet<string>;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

const DIRECTIVE = /%([-+# 0]*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?(?:\[([0-9]+)\])?(.?)/gsu;
/** No width above this is kept (Go: tooLarge). */
const MAX_NUMBER = 1_000_000;

/** Hands out the arguments of one call in order, or by `[N]`. */
class Arguments {
  isReordered = false;
  readonly #args: readonly GoValue[];
  #at = 0;

  constructor(args: readonly GoValue[]) {
    this.#args = args;
  }

  get isDone(): boolean {
    return this.#at >= this.#args.length;
  }

  next(): GoValue {
    return this.#args[this.#at++];
  }

  /** Goes to an argument, counted from 1; false if there is none. */
  jump(text: string): boolean {
    const at = Number(text) - 1;
    this.isReordered = true;
    if (at < 0 || at >= this.#args.length) return false;
    this.#at = at;
    return true;
  }

  /** A width or precision; `*` takes it from an argument. */
  number(text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const arg = text === '*' ? this.next() : undefined;
    const value = arg instanceof GoInteger ? Number(arg.value) : Number(text);
    return Number.isNaN(value) || Math.abs(value) > MAX_NUMBER ? undefined : value;
  }

  /** The mark for arguments that nobody asked for. */
  extra(): string {
    if (this.isReordered || this.isDone) return '';
    const rest = this.#args.slice(this.#at);
    const texts = rest.map(
      (arg) => (arg === undefined ? '' : `${typeName(arg)}=`) + formatValue(arg),
    );
    return `%!(EXTRA ${texts.join(', ')})`;
  }
}

/** fmt.Sprintf. */
export function sprintf(format: string, values: readonly GoValue[]): string {
  const args = new Arguments(values);
  const text = format.replaceAll(DIRECTIVE, (_all, ...groups: (string | undefined)[]) => {
    const [flagText, widthText, precisionText, index, verb = ''] = groups;
    const width = args.number(widthText);
    const precision = args.number(precisionText);
    const isIndexed = index === undefined || args.jump(index);
    if (verb === '') return '%!(NOVERB)';
    if (verb === '%') return '%';
    if (!isIndexed) return `%!${verb}(BADINDEX)`;
    if (args.isDone) return `%!${verb}(MISSING)`;
    const flags = new Set(flagText);
    if (width !== undefined && width < 0) flags.add('-');
    const size = width === undefined ? undefined : Math.abs(width);
    return formatArgument(args.next(), { verb, flags, width: size, precision });
  });
  return text + args.extra();
}

/** One argument by one verb. */
function formatArgument(arg: GoValue, directive: Directive): string {
  const { verb } = directive;
  if (verb === 'T') return pad(typeName(arg), directive);
  if (verb === 'v' && !directive.flags.has('#')) return formatPlain(arg, directive);
  if (arg === undefined) return verb === 'v' ? pad('<nil>', directive) : `%!${verb}(<nil>)`;
  const text = formatTyped(arg, directive);
  return text ?? badVerb(arg, verb);
}

/** The mark of a verb that does not go with its argument. */
function badVerb(arg: GoValue, verb: string): string {
  return `%!${verb}(${typeName(arg)}=${formatValue(arg)})`;
}

/** `%v` without `#`. */
function formatPlain(arg: GoValue, directive: Directive): string {
  if (arg instanceof GoInteger) return formatInteger(arg, { ...directive, verb: 'd' }) ?? '';
  if (arg instanceof GoFloat) return formatFraction(arg.value, { ...directive, verb: 'g' }) ?? '';
  return pad(formatValue(arg), directive);
}

/** The text of an argument for a verb of its type; undefined for another verb. */
function formatTyped(arg: Exclude<GoValue, undefined>, directive: Directive): string | undefined {
  if (typeof arg === 'string') return formatString(arg, directive);
  if (typeof arg === 'boolean')
    return 'tv'.includes(directive.verb) ? pad(String(arg), directive) : undefined;
  if (arg instanceof GoInteger) return formatInteger(arg, directive);
  if (arg instanceof GoFloat) return formatFraction(arg.value, directive);
  if (arg instanceof GoSlice) {
    return `[${arg.items.map((item) => formatArgument(item, directive)).join(' ')}]`;
  }
  // What has a String method is a string to these verbs.
  if (arg instanceof GoStruct) return formatString(arg.text(), directive);
  return directive.verb === 'v' ? pad(formatValue(arg), directive) : undefined;
}

/** Strings: `%s`, `%q`, and their octets in hexadecimal. */
function formatString(text: string, directive: Directive): string | undefined {
  const { verb, precision, flags } = directive;
  const cut = precision === undefined ? text : [...text].slice(0, precision).join('');
  switch (verb) {
    case 's':
      return pad(cut, directive);
    case 'v':
    case 'q':
      return pad(
        flags.has('#') && verb === 'q' && !cut.includes('`') ? `\`${cut}\`` : quote(cut),
        directive,
      );
    case 'x':
    case 'X':
      return pad(hex(cut, directive), directive);
    default:
      return undefined;
  }
}

/** Octets, with spaces between for `% x`. */
function hex(text: string, { verb, flags }: Directive): string {
  const pairs = [...new TextEncoder().encode(text)].map((octet) =>
    octet.toString(16).padStart(2, '0'),
  );
  const prefix = flags.has('#') ? '0x' : '';
  const joined = flags.has(' ')
    ? pairs.map((pair) => prefix + pair).join(' ')
    : (pairs.length === 0 ? '' : prefix) + pairs.join('');
  return verb === 'X' ? joined.toUpperCase() : joined;
}

/** Radix and `#` prefix by verb. */
const RADIX: Readonly<Record<string, readonly [radix: number, prefix: string]>> = {
  d: [10, ''],
  v: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

/** Whole numbers in any radix, or as a character. */
function formatInteger(arg: GoInteger, directive: Directive): string | undefined {
  const { verb, flags, precision } = directive;
  const { value } = arg;
  if ('cqU'.includes(verb)) return pad(formatRune(value, directive), directive);
  const [radix, prefix] = RADIX[verb] ?? [];
  if (radix === undefined || prefix === undefined) return undefined;
  const magnitude = (value < 0n ? -value : value).toString(radix);
  const digits = (verb === 'X' ? magnitude.toUpperCase() : magnitude).padStart(precision ?? 0, '0');
  const start = flags.has('#') || verb === 'O' ? prefix : '';
  const text = signed(`${value < 0n ? '-' : ''}${start}${digits}`, directive);
  // With a precision, zeros do not fill the width.
  const flagsLeft = new Set([...flags].filter((flag) => flag !== '0'));
  return precision === undefined
    ? padNumber(text, directive)
    : pad(text, { ...directive, flags: flagsLeft });
}

/** `%c`, `%q` and `%U`. */
function formatRune(value: bigint, { verb }: Directive): string {
  const code = Number(value);
  const isValid = code >= 0 && code <= 0x10_ffff;
  if (verb === 'U') return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
  const char = isValid ? String.fromCodePoint(code) : '\ufffd';
  return verb === 'c'
    ? char
    : `'${char === "'" ? "\\'" : quote(char).slice(1, -1).replace('\\"', '"')}'`;
}

/** Digits after the point when there is no precision. */
const STANDARD_PRECISION = 6;

/** Fractions with a fixed number of digits, an exponent, or whichever is shorter. */
function formatFraction(value: number, directive: Directive): string | undefined {
  const { verb, precision = STANDARD_PRECISION } = directive;
  switch (verb) {
    case 'f':
    case 'F':
      return padNumber(signed(value.toFixed(precision), directive), directive);
    case 'e':
    case 'E': {
      const text = goExponent(value.toExponential(precision));
      return padNumber(signed(verb === 'E' ? text.toUpperCase() : text, directive), directive);
    }
    case 'g':
    case 'G':
    case 'v': {
      const text =
        directive.precision === undefined ? formatFloat(value) : formatFloat(value, precision);
      return padNumber(signed(verb === 'G' ? text.toUpperCase() : text, directive), directive);
    }
    default:
      return undefined;
  }
}

/** Exponents have two digits at least. */
function goExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function signed(text: string, { flags }: Directive): string {
  if (/^[-+]/.test(text)) return text;
  if (flags.has('+')) return `+${text}`;
  return flags.has(' ') ? ` ${text}` : text;
}

/** Fills up to the width, at the left unless `-` is there. */
function pad(text: string, { width, flags }: Directive): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (flags.has('-')) return text + ' '.repeat(missing);
  return (flags.has('0') ? '0' : ' ').repeat(missing) + text;
}

/** Zeros go between sign and digits. */
function padNumber(text: string, directive: Directive): string {
  const { width, flags } = directive;
  if (!flags.has('0') || flags.has('-'))
    return pad(text, { ...directive, flags: new Set([...flags].filter((flag) => flag !== '0')) });
  const [, sign = '', digits = ''] = /^([-+ ]?(?:0[xXob])?)(.*)$/s.exec(text) ?? [];
  return sign + digits.padStart((width ?? 0) - sign.length, '0');
}

/** fmt.Sprint: a space between operands of which neither is a string. */
export function sprint(args: readonly GoValue[]): string {
  let text = '';
  for (const [index, arg] of args.entries()) {
    const before = args[index - 1];
    if (index > 0 && typeof arg !== 'string' && typeof before !== 'string') text += ' ';
    text += formatValue(arg);
  }
  return text;
}

/** fmt.Sprintln. */
export function sprintln(args: readonly GoValue[]): string {
  return `${args.map(formatValue).join(' ')}\n`;
}
