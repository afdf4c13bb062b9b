import { expect, test } from 'vitest';
import { RUNTIME_ERRORS, RuntimeFault } from '../../../src/base/runtime-error.ts';

test('a fault carries its code, its message and its cause', () => {
  const cause = new Error('ECONNREFUSED');
  const fault = new RuntimeFault('API_UNREACHABLE', 'no API server', { cause });
  expect(fault).toBeInstanceOf(Error);
  expect([fault.name, fault.code, fault.message, fault.cause]).toEqual([
    'RuntimeFault',
    'API_UNREACHABLE',
    'no API server',
    cause,
  ]);
});

test('codes are upper-case words and each has a sentence', () => {
  for (const [code, sentence] of Object.entries(RUNTIME_ERRORS)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
});
