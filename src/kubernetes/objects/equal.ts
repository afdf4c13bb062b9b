// Deep equality of trimmed objects: plain data of strings, numbers, booleans, arrays and maps. Decides whether a relist
// or an update has changed anything that DNS can see.

/** Whether two values hold the same data. Order counts in arrays, not in maps. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && isEqualList(a, b);
  return !Array.isArray(b) && isEqualMap(a as StringMap, b as StringMap);
}

type StringMap = Readonly<Record<string, unknown>>;

function isEqualList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (!isEqual(a[index], b[index])) return false;
  }
  return true;
}

function isEqualMap(a: StringMap, b: StringMap): boolean {
  let keys = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !isEqual(a[key], b[key])) return false;
    keys++;
  }
  return keys === Object.keys(b).length;
}
