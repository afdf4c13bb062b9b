// Which names of objects can be asked for at all: CoreDNS compares the text form of the lower-cased query with the object's
// own spelling, so a name with capitals (or with octets that the text form escapes) is never found.

const FIRST_CODE = 0x21;
const LAST_CODE = 0x7e;
const ESCAPED = '.\'@;()"\\';
const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;

/** By code of a character: whether a label's text can have it. */
const LABEL_CODES: readonly boolean[] = Array.from(
  { length: LAST_CODE + 1 },
  (_, code) => code >= FIRST_CODE && !ESCAPED.includes(String.fromCharCode(code)),
);

/** Whether a query's label can have this text. Capitals excepted: see isLowerLabelText. */
export function isLabelText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (LABEL_CODES[text.charCodeAt(at)] !== true) return false;
  }
  return text.length > 0;
}

/** Whether an object of this name is found by lower-cased queries. */
export function isLowerLabelText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (!isLowerLabelCode(text.charCodeAt(at))) return false;
  }
  return text.length > 0;
}

/** Whether a label that lower-cased queries spell can have this character. */
export function isLowerLabelCode(code: number): boolean {
  return LABEL_CODES[code] === true && !(code >= CAPITAL_A && code <= CAPITAL_Z);
}
