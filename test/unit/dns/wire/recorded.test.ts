// The codec against replies recorded from CoreDNS (../shared/golden, beside a working copy): the requests
// of odd shape, and the sizes of replies that had to be compressed or cut. Skipped where they are absent.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rrTypeCode } from '../../../../src/dns/codes/rr-type.ts';
import type { Edns } from '../../../../src/dns/edns.ts';
import { decodeMessage } from '../../../../src/dns/message.ts';
import { recordText } from '../../../../src/dns/record.ts';
import { readQuery, writeFault } from '../../../../src/dns/wire/query.ts';
import { writeReply } from '../../../../src/dns/wire/reply-writer.ts';
import { hex, name, record, unhex } from '../../../support/record-lines.ts';

interface SentEdns {
  readonly bufsize: number;
  readonly do: boolean;
  readonly options: readonly (readonly [code: number, data: string])[];
}
interface Answer {
  readonly hex?: string | null;
  readonly flags: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly size: number;
  readonly edns: SentEdns | null;
}
interface Case {
  readonly id: string;
  readonly raw?: { readonly request: string; readonly transport: string };
  readonly query?: {
    readonly name: string;
    readonly type: string;
    readonly transport: string;
    readonly edns: SentEdns | null;
  };
  readonly answer: Answer;
}

const GOLDEN = '../shared/golden';
const hasRecordings = existsSync(GOLDEN);

function cases(scenario: string): readonly Case[] {
  if (!hasRecordings) return [];
  const file: unknown = JSON.parse(readFileSync(`${GOLDEN}/${scenario}/cases.json`, 'utf8'));
  return (Array.isArray(file) ? file : (file as { cases: unknown }).cases) as readonly Case[];
}

/** What CoreDNS reads of a datagram. */
const UDP_OCTETS = 512;

describe.skipIf(!hasRecordings)('requests of odd shape (services/wire)', () => {
  const raw = cases('services/wire').filter((each) => each.raw !== undefined);

  test.each(raw.map((each) => [each.id, each] as const))('%s', (_id, { raw: sent, answer }) => {
    const request = unhex(sent?.request ?? '');
    const length =
      sent?.transport === 'udp' ? Math.min(UDP_OCTETS, request.length) : request.length;
    const query = readQuery(request, length);
    if (query.isFault) {
      const out = new Uint8Array(512);
      const reply = query.isSilent ? null : hex(out.subarray(0, writeFault(query, out)));
      expect(reply).toBe(answer.hex);
      return;
    }
    // A sound query reaches the plugins: the recorded reply is theirs, to this very question.
    const reply = decodeMessage(unhex(answer.hex ?? ''));
    expect(reply?.questions).toEqual([query.question]);
    expect(reply?.rcode).not.toBe(1);
    expect(reply?.edns?.udpSize).toBe(query.edns?.udpSize);
  });
});

/** Placeholders of the recordings that stand in record texts, with values of the same size on the wire. */
function fill(line: string): string {
  return line.replace('{SERIAL}', '1700000000').replace('{CLIENTPORT}', '40000');
}

function ednsOf(sent: SentEdns | null | undefined): Edns | undefined {
  if (!sent) return undefined;
  const options = sent.options.map(([code, data]) => ({ code, data: unhex(data) }));
  return { udpSize: sent.bufsize, version: 0, isDnssecOk: sent.do, options, extendedRcode: 0 };
}

/** Writes the reply that holds the records of `whole` to the question of a case. */
function rebuild({ query, answer }: Case, whole: Answer): Uint8Array {
  const isUdp = query?.transport === 'udp';
  const out = new Uint8Array(65535);
  const length = writeReply(
    {
      id: 1,
      opcode: 0,
      authoritative: true,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
      rcode: 0,
      question: {
        name: name(query?.name ?? ''),
        type: rrTypeCode(query?.type ?? '') ?? 0,
        class: 1,
      },
      answer: whole.answer.map(fill).map(record),
      authority: whole.authority.map(fill).map(record),
      additional: whole.additional.map(fill).map(record),
      edns: ednsOf(answer.edns),
    },
    out,
    {
      maxSize: isUdp ? (query?.edns?.bufsize ?? 0) : 65535,
      compressOver: isUdp ? 1480 : Number.POSITIVE_INFINITY,
    },
  );
  return out.subarray(0, length);
}

function expectRecorded(octets: Uint8Array, { answer }: Case): void {
  const reply = decodeMessage(octets);
  expect(octets).toHaveLength(answer.size);
  expect(reply?.truncated).toBe(answer.flags.includes('tc'));
  expect(reply?.answer.map(recordText)).toEqual(answer.answer.map(fill));
  expect(reply?.authority.map(recordText)).toEqual(answer.authority.map(fill));
  expect(reply?.additional.map(recordText)).toEqual(answer.additional.map(fill));
  expect(reply?.edns).toEqual(ednsOf(answer.edns));
}

describe.skipIf(!hasRecordings)('replies that were cut (headless/truncation)', () => {
  const asked = cases('headless/truncation').filter((each) => each.query !== undefined);
  const key = ({ query }: Case): string => `${query?.name} ${query?.type}`;
  const whole = new Map(
    asked
      .filter((each) => !each.answer.flags.includes('tc'))
      .map((each) => [key(each), each.answer]),
  );
  const known = asked.filter((each) => whole.has(key(each)));

  test('are known in full for most cases', () => {
    expect(known.length).toBeGreaterThan(asked.length / 2);
  });

  test.each(known.map((each) => [each.id, each] as const))('%s', (_id, each) => {
    expectRecorded(rebuild(each, whole.get(key(each)) ?? each.answer), each);
  });
});

describe.skipIf(!hasRecordings)('replies that were sent whole', () => {
  const scenarios = [
    'services/kinds',
    'services/wire',
    'services/apex',
    'headless/endpoints',
    'headless/truncation',
    'whoami/whoami',
    'file/alone',
  ].filter((each) => existsSync(`${GOLDEN}/${each}/cases.json`));

  test.each(scenarios)('in %s', (scenario) => {
    const recorded = cases(scenario).filter(
      ({ query, answer }) =>
        query !== undefined && Array.isArray(answer.answer) && !answer.flags.includes('tc'),
    );
    expect(recorded.length).toBeGreaterThan(0);
    for (const each of recorded) expectRecorded(rebuild(each, each.answer), each);
  });
});
