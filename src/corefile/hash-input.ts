// The text over which the reload plugin computes its SHA-512: the parsed blocks as Go's encoding/json writes them, so that the
// hash in the log and in coredns_reload_version_info is the one that CoreDNS shows for the same files (plugin/reload/reload.go).
import type { ServerBlockSource } from './parser.ts';

/**
 * Canonical JSON of the blocks of `parseCorefile`. Equal for files that differ only in comments and white space within lines.
 * `fileName` is the main file, whose name does not count.
 */
export function hashInput(blocks: readonly ServerBlockSource[], fileName: string): string {
  // Go writes a slice that was never made as null.
  if (blocks.length === 0) return 'null';
  const json = JSON.stringify(blocks.map((block) => blockJson(block, fileName)));
  // Go escapes what HTML or JavaScript would read as their own.
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function blockJson(block: ServerBlockSource, fileName: string): unknown {
  const segments = block.segments.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // Go sorts the keys of a map. fromEntries keeps that order for all names but numbers, which are no directives.
  const tokens = segments.map(({ name, tokens }) => [
    name,
    tokens.map(({ file, line, text }) => ({
      File: file === fileName ? '' : file,
      Line: line,
      Text: text,
    })),
  ]);
  return { Keys: block.keys, Tokens: Object.fromEntries(tokens) };
}
