// The words and signs of a label selector, as the lexer of apimachinery's labels package cuts them: the longest sign that is one
// wins, anything between signs and white space is a word.

/** What a token is: a sign by its text, a keyword, a word, an unknown sign, or the end. */
export type TokenKind =
  | 'word'
  | 'error'
  | 'end'
  | 'in'
  | 'notin'
  | '!'
  | '!='
  | '='
  | '=='
  | '<'
  | '>'
  | '('
  | ')'
  | ',';

export interface SelectorToken {
  readonly kind: TokenKind;
  readonly text: string;
}

const SIGNS: ReadonlySet<string> = new Set(['!', '!=', '=', '==', '<', '>', '(', ')', ',']);
const SIGN = /[=!(),><]/;
const SPACE = /[ \t\r\n]/;

/** The tokens of a text; the last one is the end. */
export function selectorTokens(text: string): SelectorToken[] {
  const tokens: SelectorToken[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (SPACE.test(char)) {
      at++;
      continue;
    }
    const token = SIGN.test(char) ? signAt(text, at) : wordAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** Every sign alone is one, so there is always a token. */
function signAt(text: string, at: number): SelectorToken {
  const pair = text.slice(at, at + 2);
  const sign = SIGNS.has(pair) ? pair : text.charAt(at);
  return { kind: sign as TokenKind, text: sign };
}

/** Up to the next sign or white space; `in` and `notin` are told apart by the parser's place. */
function wordAt(text: string, at: number): SelectorToken {
  let end = at;
  while (end < text.length && !SIGN.test(text.charAt(end)) && !SPACE.test(text.charAt(end))) end++;
  const word = text.slice(at, end);
  return { kind: word === 'in' || word === 'notin' ? word : 'word', text: word };
}
