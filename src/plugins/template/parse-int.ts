// parseInt, the function that CoreDNS adds to templates: strconv.ParseUint by another name.

import { parseUnsigned } from '../../base/go-unsigned.ts';
import { GoError, type GoFunction, GoInteger } from './language/values.ts';

/** `parseInt TEXT BASE BITS`: an unsigned number of so many bits. */
export const PARSE_INT: GoFunction = {
  parameters: ['string', 'int', 'int'],
  isVariadic: false,
  call([text, base, bits]) {
    const value = parseUnsigned(String(text), toNumber(base), toNumber(bits));
    if (typeof value === 'string') throw new GoError(value);
    return new GoInteger('uint64', value);
  },
};

function toNumber(value: unknown): number {
  return value instanceof GoInteger ? Number(value.value) : 0;
}
