// The shape that an OPT record is read into, and extended DNS errors.
// Reading it off the wire is tested in wire/rdata-reader.test.ts and message.test.ts.
import { expect, test } from 'vitest';
import {
  type Edns,
  ednsLength,
  extendedErrorOption,
  extendedErrors,
  findOption,
} from '../../../src/dns/edns.ts';
import { hex, unhex } from '../../support/record-lines.ts';

function edns(...options: Edns['options']): Edns {
  return { udpSize: 1232, version: 0, isDnssecOk: false, options, extendedRcode: 0 };
}

test('measures an OPT record with and without options', () => {
  expect(ednsLength(edns())).toBe(11);
  expect(ednsLength(edns({ code: 10, data: unhex('0102') }))).toBe(17);
});

test('finds the first option of a code', () => {
  const first = { code: 10, data: unhex('01') };
  expect(findOption(edns(first, { code: 10, data: unhex('02') }), 10)).toBe(first);
  expect(findOption(edns(first), 3)).toBeUndefined();
});

test('builds and reads extended errors, and passes over one that is too short', () => {
  const option = extendedErrorOption({ infoCode: 15, text: 'blöcked' });
  expect(option.code).toBe(15);
  expect(hex(option.data)).toBe('000f626cc3b6636b6564');
  const other = extendedErrorOption({ infoCode: 0x1234, text: '' });
  const all = edns(
    option,
    { code: 15, data: unhex('00') },
    { code: 3, data: unhex('0000') },
    other,
  );
  expect(extendedErrors(all)).toEqual([
    { infoCode: 15, text: 'blöcked' },
    { infoCode: 0x1234, text: '' },
  ]);
});
