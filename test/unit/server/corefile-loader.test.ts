// From the text of a Corefile to blocks with keys.

import { describe, expect, test } from 'vitest';
import {
  type LoaderContext,
  loadCorefile,
  type ParsedBlock,
  unsupportedScheme,
} from '../../../src/server/corefile-loader.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

const context: LoaderContext = {
  reader: new MemoryReader(),
  env: {},
  defaultPort: '1053',
  directives: ['log', 'whoami', 'errors'],
  warn: () => undefined,
};
const load = (text: string): ParsedBlock[] => loadCorefile({ fileName: 'Corefile', text }, context);

describe('a text without a block', () => {
  test.each([
    ['nothing', ''],
    ['a comment', '# nothing here\n'],
    ['a blank line', '\n \n'],
  ])('%s stands for the built-in Corefile', (_what, text) => {
    const [block, ...more] = load(text);
    expect(more).toEqual([]);
    expect(block?.keys).toEqual([{ scheme: 'dns', zone: '.', port: '1053' }]);
    expect([...(block?.directives.keys() ?? [])]).toEqual(['whoami', 'log']);
  });
});

test('blocks come with their keys and directives', () => {
  const blocks = load('a.test b.test:54 {\n whoami\n}\n. {\n errors\n log\n}\n');
  expect(blocks.map(({ keys }) => keys.map(({ zone, port }) => `${zone}${port}`))).toEqual([
    ['a.test.1053', 'b.test.54'],
    ['.1053'],
  ]);
  expect(blocks.map(({ directives }) => [...directives.keys()])).toEqual([
    ['whoami'],
    ['errors', 'log'],
  ]);
});

test('an unknown directive is an error with file and line', () => {
  expect(() => load('. {\n nosuch\n}\n')).toThrow(
    "Corefile:2 - Error during parsing: Unknown directive 'nosuch'",
  );
});

test.each([
  ['dns://. {\n}\n', undefined],
  ['tls://. {\n}\n', undefined],
  ['https://. {\n}\n', 'server key https://.:443: not supported yet'],
  ['. grpc://a.test:1443 {\n}\n', 'server key grpc://a.test.:1443: not supported yet'],
  ['quic://. {\n}\n', 'server key quic://.:853: not supported yet'],
])('%j: %s', (text, error) => {
  expect(unsupportedScheme(load(text))?.message).toBe(error);
});
