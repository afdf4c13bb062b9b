// What a block forwards to, as its Corefile says it: forward notes the words, loop looks for the one at fault. Kept in
// BlockSetup.shared, as plugins do not know each other.

/** Values that the plugins of one block share (BlockSetup.shared). */
type Shared = Map<string, unknown>;

const KEY = 'upstream words';

/** Notes addresses, host names and paths of resolv.conf files that queries of this block are sent to. */
export function noteUpstreamWords(shared: Shared, words: readonly string[]): void {
  shared.set(KEY, [...upstreamWords(shared), ...words]);
}

/** All words noted so far, in order. */
export function upstreamWords(shared: Shared): readonly string[] {
  const words = shared.get(KEY);
  return Array.isArray(words) ? words.map(String) : [];
}
