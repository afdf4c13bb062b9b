// Master files to records: grammar, defaults, directives, error texts with their places.
import { describe, expect, test } from 'vitest';
import { recordText } from '../../../../src/dns/record.ts';
import { type MasterSource, parseMaster } from '../../../../src/zone/master/parser.ts';
import { name } from '../../../support/record-lines.ts';

const ORIGIN = name('zone.test.');

function source(files: Readonly<Record<string, string>> = {}): MasterSource {
  return {
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error(`open ${path}: no such file or directory`);
      return text;
    },
  };
}

function parse(text: string, files?: Readonly<Record<string, string>>, fileName = 'db'): string[] {
  return [...parseMaster(text, fileName, ORIGIN, source(files))].map(recordText);
}

describe('records', () => {
  test.each([
    ['owner, TTL, class, type', 'a 60 IN A 10.0.0.1', ['a.zone.test. 60 IN A 10.0.0.1']],
    ['class before TTL', 'a IN 60 A 10.0.0.1', ['a.zone.test. 60 IN A 10.0.0.1']],
    ['no class', 'a 60 A 10.0.0.1', ['a.zone.test. 60 IN A 10.0.0.1']],
    ['class without TTL', 'a IN A 10.0.0.1', ['a.zone.test. 0 IN A 10.0.0.1']],
    ['another class', 'a 60 CH TXT "x"', ['a.zone.test. 60 CH TXT "x"']],
    ['an owner that looks like a type', 'mx 60 IN A 10.0.0.1', ['mx.zone.test. 60 IN A 10.0.0.1']],
    ['units in a TTL', 'a 1h30m A 10.0.0.1', ['a.zone.test. 5400 IN A 10.0.0.1']],
    ['the origin', '@ 60 A 10.0.0.1', ['zone.test. 60 IN A 10.0.0.1']],
    ['an absolute owner', 'x.other. 60 A 10.0.0.1', ['x.other. 60 IN A 10.0.0.1']],
    ['an escaped owner', 'a\\.b 60 A 10.0.0.1', ['a\\.b.zone.test. 60 IN A 10.0.0.1']],
    ['an escaped blank', 'a\\ b 60 A 10.0.0.1', ['a\\ b.zone.test. 60 IN A 10.0.0.1']],
    ['no owner', ' 60 A 10.0.0.1', ['zone.test. 60 IN A 10.0.0.1']],
    [
      'no final newline, carriage returns',
      'a 60 A 10.0.0.1\r\nb 5 A 10.0.0.2\r',
      ['a.zone.test. 60 IN A 10.0.0.1', 'b.zone.test. 5 IN A 10.0.0.2'],
    ],
    ['comments', '; x ( "\na 60 A 10.0.0.1;x\n\n', ['a.zone.test. 60 IN A 10.0.0.1']],
    [
      'strings',
      'a 60 TXT one "t w;o" "q\\"q" "x\ny"',
      ['a.zone.test. 60 IN TXT "one" "t w;o" "q\\"q" "x\\010y"'],
    ],
    ['parentheses', 'a 60 (\nTXT ( ; x\n one\n "two" ) )', ['a.zone.test. 60 IN TXT "one" "two"']],
    [
      'unknown types',
      'a 60 TYPE65280 \\# 4 0a000001',
      ['a.zone.test. 60 IN TYPE65280 \\# 4 0a000001'],
    ],
    ['known types in generic form', 'a 60 A \\# 4 0a000001', ['a.zone.test. 60 IN A 10.0.0.1']],
    ['relative names in rdata', 'a 60 SRV 1 2 3 b', ['a.zone.test. 60 IN SRV 1 2 3 b.zone.test.']],
  ])('%s', (_, text, records) => {
    expect(parse(text)).toEqual(records);
  });

  test('an omitted owner and TTL are those of the record before', () => {
    expect(parse('a 60 IN A 10.0.0.1\n\tIN AAAA ::1\n AAAA ::2\nb A 10.0.0.2')).toEqual([
      'a.zone.test. 60 IN A 10.0.0.1',
      'a.zone.test. 60 IN AAAA ::1',
      'a.zone.test. 60 IN AAAA ::2',
      'b.zone.test. 60 IN A 10.0.0.2',
    ]);
  });

  test('$TTL is not overruled by the TTL of a record', () => {
    expect(parse('$TTL 1h\na 60 A 10.0.0.1\nb A 10.0.0.2')).toEqual([
      'a.zone.test. 60 IN A 10.0.0.1',
      'b.zone.test. 3600 IN A 10.0.0.2',
    ]);
  });

  test('$ORIGIN is relative to the origin before', () => {
    expect(parse('$ORIGIN sub\na 5 A 10.0.0.1\n$origin x.\na 5 A 10.0.0.2')).toEqual([
      'a.sub.zone.test. 5 IN A 10.0.0.1',
      'a.x. 5 IN A 10.0.0.2',
    ]);
  });
});

describe('$INCLUDE', () => {
  test('reads relative to the including file, with an origin of its own', () => {
    const files = { '/z/inc': '$ORIGIN y\na 5 A 10.0.0.1', '/abs': 'a A 10.0.0.2' };
    const text = '$TTL 7\n$INCLUDE inc sub\n$INCLUDE /abs\nb 5 A 10.0.0.3';
    expect(parse(text, files, '/z/db')).toEqual([
      'a.y.sub.zone.test. 5 IN A 10.0.0.1',
      'a.zone.test. 7 IN A 10.0.0.2',
      'b.zone.test. 5 IN A 10.0.0.3',
    ]);
  });

  test('names the file that an error is in', () => {
    expect(() => parse('$INCLUDE inc', { inc: '\na x A 1' })).toThrow(
      'inc: dns: not a TTL: "x" at line: 2:4',
    );
  });
});

// `%` stands for `$` in front of a brace: the linter takes that for a forgotten template.
describe('$GENERATE', () => {
  test.each([
    [
      '$GENERATE 1-3 h$ A 10.0.0.$',
      ['h1', 'h2', 'h3'].map((h, i) => `${h}.zone.test. 3600 IN A 10.0.0.${i + 1}`),
    ],
    [
      '$GENERATE 2-6/2 h$ 60 A 10.0.0.$',
      [2, 4, 6].map((n) => `h${n}.zone.test. 60 IN A 10.0.0.${n}`),
    ],
    [
      '$GENERATE 9-10 h%{0,3,d} 60 TXT "%{1,2,x} %{0,0,X}"',
      ['h009.zone.test. 60 IN TXT "0a 9"', 'h010.zone.test. 60 IN TXT "0b A"'],
    ],
    ['$GENERATE 8-8 h 60 TXT "$$ %{-1} %{0,0,o}"', ['h.zone.test. 60 IN TXT "$ 7 10"']],
    ['$GENERATE 1-1 h 60 TXT a\\$\\"b', ['h.zone.test. 60 IN TXT "a$\\"b"']],
  ])('%s', (text, records) => {
    expect(parse(text.replaceAll('%', '$'))).toEqual(records);
  });

  test.each([
    ['1-', 'bad stop'],
    ['x-1', 'bad start'],
    ['1', 'bad start-stop'],
    ['1-2/', 'bad step'],
    ['1-2/0', 'bad step'],
    ['2-1', 'bad range'],
    ['0-4000000000', 'bad range'],
  ])('the range %s: %s', (range, text) => {
    expect(() => parse(`$GENERATE ${range} h$ A 10.0.0.$`)).toThrow(
      `db: dns: ${text} in $GENERATE range: "${range}" at line: 1:`,
    );
  });

  test.each([
    ['%{0', 'bad modifier in $GENERATE'],
    ['%{0,1,d,1}', 'bad modifier in $GENERATE'],
    ['%{0,1,z}', 'bad base in $GENERATE'],
    ['%{x}', 'bad offset in $GENERATE'],
    ['%{-2}', 'bad offset in $GENERATE'],
    ['%{0,x}', 'bad width in $GENERATE'],
    ['%{0,256}', 'bad width in $GENERATE'],
  ])('the modifier %s: %s', (modifier, text) => {
    expect(() => parse(`$GENERATE 1-1 h${modifier.replace('%', '$')} A 10.0.0.1`)).toThrow(text);
  });
});

describe('errors', () => {
  test.each([
    ['a 60z IN A 10.0.0.1', 'not a TTL: "60z" at line: 1:6'],
    ['x1', 'not a TTL: "x1" at line: 1:2'],
    ['a A 10.0.0.1', 'missing TTL with no previous value: "A" at line: 1:4'],
    ['a 60 IN NOTYPE 1', 'unknown RR type: "NOTYPE" at line: 1:15'],
    ['a 60 60 A 1', 'expecting RR type or class, not this...: "60" at line: 1:8'],
    ['a IN IN A 1', 'expecting RR type or TTL, not this...: "IN" at line: 1:8'],
    ['a "x" A 1', 'expecting RR type, TTL or class, not this...: "x" at line: 1:6'],
    ['"a" 60 A 1', 'syntax error at beginning: "a" at line: 1:4'],
    ['a..b 60 A 1', 'bad owner name: "a..b" at line: 1:5'],
    ['a 60 IN', 'no blank before RR type: "\\n" at line: 1:7'],
    ['a 60 IN A', 'unexpected newline: "\\n" at line: 1:9'],
    ['\na 60 A 10.0.0.300\n', 'bad A A: "10.0.0.300" at line: 2:17'],
    ['a 60 MX 1 b..c', 'bad MX Mx: "b..c" at line: 1:14'],
    ['a 60 A 10.0.0.1 x', 'garbage after rdata: "x" at line: 1:17'],
    ['a 60 TXT ( "x"\n', 'garbage after rdata: "unbalanced brace" at line: 1:14'],
    ['a 60 TXT )', 'extra closing brace: "extra closing brace" at line: 1:10'],
    ['$TTL', 'no blank after $TTL-directive: "\\n" at line: 1:4'],
    ['$TTL x', 'expecting $TTL value, not this...: "x" at line: 1:6'],
    ['$TTL "1"', 'expecting $TTL value, not this...: "1" at line: 1:8'],
    ['$TTL 1 2', 'garbage after rdata: "2" at line: 1:8'],
    ['$ORIGIN a..b', 'bad origin name: "a..b" at line: 1:12'],
    ['$INCLUDE x a..b', 'bad origin name: "a..b" at line: 1:15'],
    ['$INCLUDE x', 'failed to open `x\': open x: no such file or directory: "x" at line: 1:10'],
  ])('%j: %s', (text, error) => {
    expect(() => parse(text)).toThrow(`db: dns: ${error}`);
  });

  test('a relative $INCLUDE that is missing names both paths', () => {
    expect(() => parse('$INCLUDE x', {}, '/z/db')).toThrow(
      "failed to open `x' as `/z/x': open /z/x: no such file or directory",
    );
  });

  test('$INCLUDE may not go on for ever', () => {
    expect(() => parse('$INCLUDE db', { db: '$INCLUDE db' })).toThrow('too deeply nested $INCLUDE');
  });

  test('a text without a file name has no prefix', () => {
    expect(() => parse('x1', {}, '')).toThrow(/^dns: not a TTL/);
  });
});
