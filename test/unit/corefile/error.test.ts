import { expect, test } from 'vitest';
import { CorefileError, parsingError, pluginError } from '../../../src/corefile/error.ts';

test('a plugin error keeps the text of what it wraps, and the cause', () => {
  const inner = parsingError('Corefile', 3, 'ttl is wrong');
  const error = pluginError('cache', inner);
  expect(error).toBeInstanceOf(CorefileError);
  expect(error.name).toBe('CorefileError');
  expect(error.message).toBe('plugin/cache: Corefile:3 - Error during parsing: ttl is wrong');
  expect(error.cause).toBe(inner);
});

test('anything thrown can be wrapped', () => {
  expect(pluginError('cache', 'text').message).toBe('plugin/cache: text');
});
