// Reading the host's search list.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHostSearch } from '../../../../src/plugins/kubernetes/host-search.ts';

test('reads the list of a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'host-search-'));
  try {
    writeFileSync(
      join(folder, 'resolv.conf'),
      'nameserver 127.0.0.1\nsearch Corp.test example.org\n',
    );
    expect(readHostSearch(join(folder, 'resolv.conf'))).toEqual(['corp.test.', 'example.org.']);
    expect(readHostSearch(join(folder, 'nosuch'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
