import { expect, test } from 'vitest';
import { Dispenser } from '../../../src/corefile/dispenser.ts';
import { lex } from '../../../src/corefile/lexer.ts';
import { readListenArgument } from '../../../src/plugin/listen-argument.ts';

function dispenserOf(text: string): Dispenser {
  const dispenser = new Dispenser('Corefile', lex(text, 'Corefile'));
  dispenser.next();
  return dispenser;
}

test.each([
  ['ready', ':8181'],
  ['ready localhost:80', 'localhost:80'],
  ['ready [::1]:0 {\n}', '[::1]:0'],
])('reads %j', (text, address) => {
  expect(readListenArgument(dispenserOf(text), ':8181')).toBe(address);
});

test('refuses two addresses', () => {
  expect(() => readListenArgument(dispenserOf('ready :1 :2'), ':8181')).toThrow(
    "Corefile:1 - Error during parsing: Wrong argument count or unexpected line ending after ':2'",
  );
});

test('refuses an address without a port, with the place when the plugin wants it', () => {
  const text = 'address localhost: missing port in address';
  expect(() => readListenArgument(dispenserOf('ready localhost'), ':8181')).toThrow(
    new RegExp(`^${text}$`),
  );
  const placed = dispenserOf('pprof localhost');
  expect(() => readListenArgument(placed, ':6053', (reason) => placed.err(reason))).toThrow(
    `Corefile:1 - Error during parsing: ${text}`,
  );
});
