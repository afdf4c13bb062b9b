// Placeholders of log formats.
import { describe, expect, test } from 'vitest';
import { Exchange } from '../../../../src/plugin/exchange.ts';
import { compileFormat, type Format, secondsText } from '../../../../src/plugins/log/format.ts';
import { parseFormat } from '../../../../src/plugins/log/format-pieces.ts';
import { COMBINED_FORMAT } from '../../../../src/plugins/log/options.ts';
import { type LogRecord, newRecord, replyFlags } from '../../../../src/plugins/log/record.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';

function record(changes: Partial<LogRecord> = {}): LogRecord {
  const exchange = exchangeFor({ name: 'A.Test.', edns: { bufsize: 1232, do: true } });
  return {
    ...newRecord(exchange),
    name: exchange.name,
    isReplied: true,
    isWritten: true,
    size: 46,
    durationNs: 12_889,
    ...changes,
  };
}

function compiled(format: string): Format {
  return compileFormat(parseFormat(format));
}

test('the combined format', () => {
  expect(compiled(COMBINED_FORMAT)(record())).toBe(
    '127.0.0.1:40000 - 4711 "A IN a.test. udp 24 true 1232" NOERROR qr,rd 46 0.000012889s "0"',
  );
});

describe('pieces', () => {
  const cases: readonly [string, string][] = [
    ['plain', 'plain'],
    ['', ''],
    ['{unknown}|{name}', '{unknown}|a.test.'],
    ['{ {name} }', '{ a.test. }'],
    ['A } {name}', 'A } a.test.'],
    ['{name', '{name'],
    ['}{name}', '}a.test.'],
    ['{>ID} {Name}', '{>ID} {Name}'],
    ['{name}{type}', 'a.test.A'],
    ['{local}', '127.0.0.1'],
    ['{/kubernetes/kind} {/empty} {/absent}', 'svc  -'],
  ];
  test.each(cases)('%s', (format, line) => {
    const filled = record();
    filled.exchange.metadata = new Map([
      ['kubernetes/kind', () => 'svc'],
      ['empty', () => ''],
    ]);
    expect(compiled(format)(filled)).toBe(line);
  });

  test('metadata that nobody collects is absent', () => {
    expect(compiled('{/kubernetes/kind}')(record())).toBe('-');
  });

  test('silence', () => {
    const silent = record({ isReplied: false, isWritten: false, size: 0, rcode: 0 });
    expect(compiled('{rcode} {>rflags} {rsize}')(silent)).toBe('- - 0');
  });

  test.each([
    [3, 'NXDOMAIN'],
    [3841, '3841'],
  ])('response code %d', (rcode, text) => {
    expect(compiled('{rcode}')(record({ rcode }))).toBe(text);
  });

  test.each([
    ['::1', '[::1]'],
    ['[::]', '[::]'],
    ['10.0.0.1', '10.0.0.1'],
  ])('address %s', (address, text) => {
    const made = exchangeFor({ name: '.' });
    const client = { ...made.client, address, localAddress: address };
    const exchange = new Exchange(made as never, made.name, client, 0);
    expect(compiled('{remote} {local}')(record({ exchange }))).toBe(`${text} ${text}`);
  });
});

describe('flags', () => {
  test('all of them', () => {
    const filled = record({ exchange: exchangeFor({ name: '.', cd: true }) });
    const { reply } = filled.exchange;
    reply.isAuthoritative = true;
    reply.isTruncated = true;
    reply.isRecursionAvailable = true;
    reply.isAuthenticData = true;
    expect(replyFlags(filled)).toBe('qr,aa,tc,rd,ra,ad,cd');
    expect(replyFlags({ ...filled, isWritten: false })).toBe('qr,rd,cd');
  });

  test('a query without any', () => {
    expect(replyFlags(record({ exchange: exchangeFor({ name: '.', rd: false }) }))).toBe('qr');
  });

  test('RD and CD are copied for queries only', () => {
    const exchange = exchangeFor({ name: '.', rd: true, cd: true, opcode: 4 });
    expect(replyFlags(record({ exchange }))).toBe('qr');
  });

  test('RD and CD of a passed-on reply go before those of the query', () => {
    const exchange = exchangeFor({ name: '.', rd: false, opcode: 4 });
    exchange.reply.isRecursionDesired = true;
    exchange.reply.isCheckingDisabled = true;
    expect(replyFlags(record({ exchange }))).toBe('qr,rd,cd');
    expect(replyFlags(record({ exchange, isWritten: false }))).toBe('qr');
  });
});

test.each([
  [0, '0'],
  [5, '0.000000005'],
  [12_889, '0.000012889'],
  [100_000_000, '0.1'],
  [1_000_000_000, '1'],
  [61_500_000_000, '61.5'],
])('%d nanoseconds are %s seconds', (ns, text) => {
  expect(secondsText(ns)).toBe(text);
});
