// Which names of objects can be asked for at all: CoreDNS compares the text form of the lower-cased query with the object's
// own spelling, so a name with capitals (or with octets that the text form escapes) is never found.

const FINDABLE_LABEL = /^[!-~]+$/;
const ESCAPED = /[.'@;()"\\]/;

/** Whether a query's label can have this text. Capitals excepted: see isLowerCase. */
export function isLabelText(text: string): boolean {
  return FINDABLE_LABEL.test(text) && !ESCAPED.test(text);
}

/** Whether an object of this name is found by lower-cased queries. */
export function isLowerLabelText(text: string): boolean {
  return isLabelText(text) && !/[A-Z]/.test(text);
}
