// The run that records the code cache says whether it went well: an image whose cache is none must not be built.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/server.ts';

const WARM = join(ROOT, 'scripts', 'warm.mjs');

test.each([
  ['does not start', 'exit 1'],
  ['ends before it serves', 'true'],
  ['says that it serves, but answers nothing', 'echo Nodens-'],
])('fails with a server that %s', (_, command) => {
  const { status, stderr } = spawnSync(process.execPath, [WARM, 'sh', '-c', command]);
  expect([status, String(stderr)]).toEqual([1, '']);
});
