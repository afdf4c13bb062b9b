import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/server.ts';

/** Flags of Node in front of main.js, without the debugger's port, which a build needs not. */
function flagsIn(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const command = text.split('\n').find((line) => /--max-semi-space-size/.test(line)) ?? '';
  const flags = command.match(/--[a-z-]+(=[\w.:]+)?/g) ?? [];
  return flags.filter((flag) => !flag.startsWith('--inspect-port'));
}

test('the image runs Node with the flags that bin/nodens gives it, and its compile cache is made with them', () => {
  const flags = flagsIn('bin/nodens');
  expect(flags).toContain('--max-semi-space-size=2');
  expect(flagsIn('Dockerfile')).toEqual(flags);
  expect(flagsIn('scripts/image-root')).toEqual(flags);
});
