// The README and the option table say the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionList, syntaxText } from '../../../../src/plugin/options.ts';
import { transferRows } from '../../../../src/plugins/transfer/options.ts';

test('the README shows the options of the table', () => {
  const path = join(import.meta.dirname, '../../../../src/plugins/transfer/README.md');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(syntaxText('transfer [ZONES...]', transferRows));
  expect(text).toContain(optionList(transferRows));
});
