// The pieces of a log format: literals, fields, metadata (CoreDNS: plugin/pkg/replacer). Unknown
// placeholders stay as they are written.

/** Placeholders with a value of the query or of its reply. */
const FIELDS = [
  '{type}',
  '{class}',
  '{name}',
  '{proto}',
  '{remote}',
  '{port}',
  '{local}',
  '{size}',
  '{>id}',
  '{>opcode}',
  '{>do}',
  '{>bufsize}',
  '{rcode}',
  '{rsize}',
  '{>rflags}',
  '{duration}',
] as const;

/** One of them. */
export type Field = (typeof FIELDS)[number];

/** A piece of a format. */
export type FormatPiece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'metadata'; readonly label: string };

/**
 * Cuts a format with `{common}` and `{combined}` already replaced. A placeholder runs from the last `{` before a `}` to that
 * `}`, so `{ {name} }` has one, and text with stray braces is literal. Neighbouring literals are not joined: a format has
 * few of them.
 */
export function parseFormat(format: string): FormatPiece[] {
  const pieces: FormatPiece[] = [];
  let rest = format;
  for (let close = rest.indexOf('}'); close >= 0; close = rest.indexOf('}')) {
    const open = rest.lastIndexOf('{', close);
    const piece = open < 0 ? undefined : placeholderPiece(rest.slice(open, close + 1));
    if (piece === undefined) {
      pieces.push(literal(rest.slice(0, close + 1)));
    } else {
      if (open > 0) pieces.push(literal(rest.slice(0, open)));
      pieces.push(piece);
    }
    rest = rest.slice(close + 1);
  }
  if (rest !== '') pieces.push(literal(rest));
  return pieces;
}

function literal(text: string): FormatPiece {
  return { kind: 'literal', text };
}

/** Undefined for what is no placeholder. */
function placeholderPiece(placeholder: string): FormatPiece | undefined {
  const field = FIELDS.find((each) => each === placeholder);
  if (field !== undefined) return { kind: 'field', field };
  if (!placeholder.startsWith('{/')) return undefined;
  return { kind: 'metadata', label: placeholder.slice(2, -1) };
}
