// File name patterns of `import`: `*`, `?` and `\`, as Go's filepath.Glob reads them. Brackets never get here in pairs (import.ts
// refuses them); a lone `[` is a bad pattern. Hidden files match too.
import { folderOf } from './path.ts';
import type { SourceReader } from './source-reader.ts';

/** Existing paths that match the absolute `pattern`, sorted; undefined for a malformed pattern. */
export function glob(pattern: string, reader: SourceReader): string[] | undefined {
  if (/\[|\\$/.test(pattern)) return undefined;
  return expand(pattern, reader);
}

function hasWildcard(path: string): boolean {
  return /[*?\\]/.test(path);
}

function expand(pattern: string, reader: SourceReader): string[] {
  if (!hasWildcard(pattern)) return reader.exists(pattern) ? [pattern] : [];
  const folder = folderOf(pattern);
  const namePattern = matcher(pattern.slice(pattern.lastIndexOf('/') + 1));
  const found: string[] = [];
  for (const parent of hasWildcard(folder) ? expand(folder, reader) : [folder]) {
    const names = reader.listNames(parent).filter((name) => namePattern.test(name));
    for (const name of names.sort()) found.push(parent === '/' ? `/${name}` : `${parent}/${name}`);
  }
  return found;
}

/** One path element as an anchored expression; at most two wildcards, so it cannot run away. */
function matcher(element: string): RegExp {
  const source = element.replace(/\\(.)|[\s\S]/g, (found, escapedChar: string | undefined) => {
    if (escapedChar !== undefined) return RegExp.escape(escapedChar);
    if (found === '*') return '.*';
    return found === '?' ? '.' : RegExp.escape(found);
  });
  return new RegExp(`^${source}$`, 'su');
}
