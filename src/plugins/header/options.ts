// What the halves of header tell each other.

/** Header flags that can be changed, by their Corefile words. */
export const HEADER_FLAGS = ['aa', 'ra', 'rd'] as const;

/** One of the flags. */
export type HeaderFlag = (typeof HEADER_FLAGS)[number];

/** One flag of one line. */
export interface HeaderRule {
  readonly flag: HeaderFlag;
  readonly isSet: boolean;
}

/** Options of the one handler of a block; rules act in order. */
export interface HeaderOptions {
  readonly query: readonly HeaderRule[];
  readonly response: readonly HeaderRule[];
}
