// The README and the option table say the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionList, syntaxText } from '../../../../src/plugin/options.ts';
import { autoRows } from '../../../../src/plugins/auto/options.ts';

test('the README shows the options of the table', () => {
  const path = join(import.meta.dirname, '../../../../src/plugins/auto/README.md');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(syntaxText('auto [ZONES...]', autoRows));
  expect(text).toContain(optionList(autoRows));
});
