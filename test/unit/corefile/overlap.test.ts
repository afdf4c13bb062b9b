import { expect, test } from 'vitest';
import { checkOverlaps, type ServedKey } from '../../../src/corefile/overlap.ts';
import { parseServerKeys } from '../../../src/corefile/server-key.ts';

/** `KEY`, `KEY@ADDRESS[+ADDRESS]`, with `?` in front for a view. */
function blocks(texts: readonly string[]): ServedKey[] {
  return texts.flatMap((text) => {
    const [key = '', addresses = ''] = text.replace(/^\?/, '').split('@');
    return parseServerKeys([key], '53').map((served) => ({
      key: served,
      addresses: addresses.split('+'),
      hasView: text.startsWith('?'),
    }));
  });
}

test.each([
  [['.', 'a.test']],
  [['.', '.:54']],
  [['.', 'tls://.:53']],
  [['.@127.0.0.1', '.@127.0.0.2']],
  [['.@127.0.0.1+127.0.0.2', '.@127.0.0.3']],
  [['.@127.0.0.1', 'a.test']],
  [['?.', '?.', '.']],
  [['.', '?.']],
  [['.@127.0.0.1', '?.@127.0.0.1']],
])('%j can be served together', (texts) => {
  expect(() => checkOverlaps(blocks(texts))).not.toThrow();
});

test.each([
  [['.', '.'], 'dns://.:53 - it is already defined'],
  [['a.test', 'A.TEST.'], 'dns://a.test.:53 - it is already defined'],
  [['.@127.0.0.1', '.@127.0.0.1'], 'dns://.:53 on 127.0.0.1 - it is already defined'],
  [['.@::1+::1'], 'dns://.:53 on ::1 - it is already defined'],
  [
    ['.', '.@127.0.0.1'],
    'dns://.:53 on 127.0.0.1 - zone overlap listener capacity with dns://.:53',
  ],
  [
    ['.@127.0.0.1', '.'],
    'dns://.:53 - zone overlap listener capacity with dns://.:53 on 127.0.0.1',
  ],
  [
    ['.@127.0.0.1', '.@127.0.0.2', '.'],
    'dns://.:53 - zone overlap listener capacity with dns://.:53 on 127.0.0.2',
  ],
  [
    ['.', '?.@127.0.0.1'],
    'dns://.:53 on 127.0.0.1 - zone overlap listener capacity with dns://.:53',
  ],
  [['10.0.0.0/15', '0.10.in-addr.arpa'], 'dns://0.10.in-addr.arpa.:53 - it is already defined'],
])('%j is refused', (texts, error) => {
  expect(() => checkOverlaps(blocks(texts))).toThrow(`cannot serve ${error}`);
});
