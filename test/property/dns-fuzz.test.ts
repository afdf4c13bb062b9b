// Bounded fuzzing: octets from outside never make the readers throw or hang.
// The numbers of runs are fixed, so that the file takes about a second.
import fc from 'fast-check';
import { test } from 'vitest';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import { decodeMessage, encodeMessage } from '../../src/dns/message.ts';
import { recordText } from '../../src/dns/record.ts';
import { readQuery, writeFault } from '../../src/dns/wire/query.ts';
import { message } from '../support/dns-arbitraries.ts';

const messages = message((word) => rrTypeCode(word) ?? 0);
const out = new Uint8Array(65535);

function readAll(octets: Uint8Array): void {
  const query = readQuery(octets, octets.length);
  if (query.isFault && !query.isSilent) writeFault(query, out);
  const decoded = decodeMessage(octets);
  if (decoded === undefined) return;
  for (const record of [...decoded.answer, ...decoded.authority, ...decoded.additional]) {
    recordText(record);
  }
  encodeMessage(decoded, { compress: true });
}

test('random octets', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 512 }), readAll), { numRuns: 3000 });
});

test('random octets behind a header with counts', () => {
  const head = [0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 2];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) =>
      readAll(Uint8Array.from([...head, ...body])),
    ),
    { numRuns: 3000 },
  );
});

test('sound messages with some octets changed, and cut', () => {
  const change = fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      messages,
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.nat(2000),
      (original, changes, cut) => {
        const octets = encodeMessage(original, { compress: true });
        for (const [at, value] of changes) octets[at % octets.length] = value;
        readAll(octets);
        readAll(octets.subarray(0, cut % octets.length));
      },
    ),
    { numRuns: 2000 },
  );
});
