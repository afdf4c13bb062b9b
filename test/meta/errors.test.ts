// docs/errors.md lists exactly the codes of the one error table, with its sentences.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RUNTIME_ERRORS } from '../../src/base/runtime-error.ts';
import { ROOT } from '../support/server.ts';

test('docs/errors.md and the error table are equal', () => {
  const text = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\| (.*?) *\|$/gm)];
  expect(Object.fromEntries(rows.map(([, code, sentence]) => [code, sentence]))).toEqual(
    RUNTIME_ERRORS,
  );
});
