import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readToEnd } from '../../../../src/kubernetes/embedded/standard-input.ts';

/** Gives one piece a call; an error code is thrown. */
function pieces(
  list: readonly (string | { readonly code: string })[],
): (buffer: Uint8Array) => number {
  const left = [...list];
  return (buffer) => {
    const piece = left.shift();
    if (piece === undefined) return 0;
    if (typeof piece !== 'string') throw Object.assign(new Error(piece.code), piece);
    return new TextEncoder().encodeInto(piece, buffer).written;
  };
}

test('reads all pieces, also when there is nothing for a while', () => {
  expect(readToEnd(pieces(['a: ', { code: 'EAGAIN' }, '1\n']))).toBe('a: 1\n');
});

test('takes the end of a closed terminal for the end', () => {
  expect(readToEnd(pieces(['x', { code: 'EOF' }, 'y']))).toBe('x');
});

test('hands on other errors', () => {
  expect(() => readToEnd(pieces([{ code: 'EIO' }]))).toThrow('EIO');
});

test('the real standard input can be asked for again and again', () => {
  const module = join(import.meta.dirname, '../../../../src/kubernetes/embedded/standard-input.ts');
  const script = `import { readProcessInput } from ${JSON.stringify(module)};
    process.stdout.write(readProcessInput() + readProcessInput());`;
  const argv = ['--input-type=module', '-e', script];
  expect(execFileSync(process.execPath, argv, { input: 'text ', encoding: 'utf8' })).toBe(
    'text text ',
  );
});
