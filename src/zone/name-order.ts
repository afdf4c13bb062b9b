// The canonical order of names (RFC 4034 section 6.1): label by label from the right, octets without case,
// a name before everything below it. Needed for NSEC and for "is there anything below this name".

import { lowerOctet, type Name } from '../dns/name.ts';

const MAX_LABELS = 128;
const startsOfA = new Uint8Array(MAX_LABELS);
const startsOfB = new Uint8Array(MAX_LABELS);

/** Negative, 0 or positive as `a` stands before, at or behind `b`. Allocates nothing. */
export function compareNames(a: Name, b: Name): number {
  let labelsOfA = labelStarts(a, startsOfA);
  let labelsOfB = labelStarts(b, startsOfB);
  while (labelsOfA > 0 && labelsOfB > 0) {
    const difference = compareLabels(
      a,
      startsOfA[--labelsOfA] ?? 0,
      b,
      startsOfB[--labelsOfB] ?? 0,
    );
    if (difference !== 0) return difference;
  }
  return labelsOfA - labelsOfB;
}

/** Fills in where each label starts; returns how many there are, the root not counted. */
function labelStarts(name: Name, starts: Uint8Array): number {
  let count = 0;
  for (let at = 0; (name[at] ?? 0) !== 0; at += (name[at] ?? 0) + 1) starts[count++] = at;
  return count;
}

function compareLabels(a: Name, startOfA: number, b: Name, startOfB: number): number {
  const lengthOfA = a[startOfA] ?? 0;
  const lengthOfB = b[startOfB] ?? 0;
  const common = Math.min(lengthOfA, lengthOfB);
  for (let at = 1; at <= common; at++) {
    const difference = lowerOctet(a[startOfA + at] ?? 0) - lowerOctet(b[startOfB + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return lengthOfA - lengthOfB;
}
