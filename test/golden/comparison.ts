// Compares what was observed with what was recorded, field by field, the way golden.py does: order free or counted
// where CoreDNS's is, TTLs within a tolerance, the product's own name and build line equal.

import { isDeepStrictEqual } from 'node:util';
import type { GoldenCase, Observation } from './corpus.ts';

/** One field that differs. */
export interface Difference {
  readonly field: string;
  readonly want: unknown;
  readonly got: unknown;
}

const SECTIONS = new Set(['answer', 'authority', 'additional']);
const LISTS = new Set([...SECTIONS, 'lines']);
const TEXTS = new Set(['stdout', 'stderr']);
/** Not compared when the recording says nothing about it. */
const FREE_WHEN_ABSENT = new Set(['size', 'stdout', 'stderr', 'body']);
const PRODUCT: readonly (readonly [RegExp, string])[] = [
  [/(CoreDNS|Nodens)-\d[\w.+-]*/g, '{PRODUCT}'],
  [/\{BUILD\}|linux\/(amd64|arm64), (go|node)[\d.]+, *\w*/g, '{BUILD}'],
  [/; escaping=underscores/g, ''],
];

/** All differences of a case; none when it passes. */
export function differences(golden: GoldenCase, observed: Observation): Difference[] {
  const want = canonical(golden.answer);
  const got = canonical(observed);
  const fields = new Set([...Object.keys(want), ...Object.keys(got)]);
  const out: Difference[] = [];
  for (const field of fields) {
    if (golden.ignore?.includes(field)) continue;
    const difference = { field, want: want[field] ?? null, got: got[field] ?? null };
    if (!isEqual(golden, difference)) out.push(difference);
  }
  return out;
}

function isEqual(golden: GoldenCase, { field, want, got }: Difference): boolean {
  if (want === null && FREE_WHEN_ABSENT.has(field)) return true;
  if (isTexts(want) && isTexts(got)) {
    if (field === 'flags') return isDeepStrictEqual(want.toSorted(), got.toSorted());
    if (SECTIONS.has(field)) return haveEqualRecords(golden, want, got);
    if (LISTS.has(field) && golden.compare === 'set') {
      return isDeepStrictEqual(want.toSorted(), got.toSorted());
    }
  }
  // The order of lines from several threads is free.
  if (TEXTS.has(field)) return isDeepStrictEqual(sortedLines(want), sortedLines(got));
  return isDeepStrictEqual(want, got);
}

function haveEqualRecords(
  golden: GoldenCase,
  want: readonly string[],
  got: readonly string[],
): boolean {
  const { compare, ttl_tolerance: tolerance = 0 } = golden;
  if (compare === 'count') {
    return isDeepStrictEqual(want.map(shape).toSorted(), got.map(shape).toSorted());
  }
  const isSet = compare === 'set';
  const wanted = isSet ? want.toSorted(byRecord) : want;
  const gotten = isSet ? got.toSorted(byRecord) : got;
  return (
    isDeepStrictEqual(wanted.map(withoutTtl), gotten.map(withoutTtl)) &&
    wanted.every((text, i) => Math.abs(ttlOf(text) - ttlOf(gotten[i] ?? '')) <= tolerance)
  );
}

function canonical(observation: Observation): Observation {
  let text = JSON.stringify(observation);
  for (const [pattern, word] of PRODUCT) text = text.replace(pattern, word);
  return JSON.parse(text) as Observation;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function sortedLines(value: unknown): string[] {
  return String(value).split('\n').toSorted();
}

function withoutTtl(text: string): string {
  return text.replace(/^(\S+) \d+ /, '$1 TTL ');
}

function ttlOf(text: string): number {
  return Number(text.split(' ')[1]);
}

/** Records by everything but the TTL first. */
function byRecord(a: string, b: string): number {
  const [left, right] = [withoutTtl(a), withoutTtl(b)];
  if (left !== right) return left < right ? -1 : 1;
  return ttlOf(a) - ttlOf(b);
}

/** TTL, class and type. */
function shape(text: string): string {
  return text.split(' ').slice(1, 4).join(' ');
}
