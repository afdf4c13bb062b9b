// What a zone answers, beyond the recorded answers (test/unit/plugins/file/golden.test.ts): signed zones, chains, odd zones.
import { describe, expect, test } from 'vitest';
import { rrTypeCode } from '../../../src/dns/codes/rr-type.ts';
import { recordText } from '../../../src/dns/record.ts';
import { withTarget } from '../../../src/zone/aliases.ts';
import { loadZone } from '../../../src/zone/load.ts';
import { lookupZone } from '../../../src/zone/lookup.ts';
import { Zone } from '../../../src/zone/zone.ts';
import { type ZoneAnswer, ZoneResult } from '../../../src/zone/zone-answer.ts';
import { name, record } from '../../support/record-lines.ts';

/** The signature over a type, told apart by its covered type only. */
function sig(owner: string, type: string): string {
  const code = (rrTypeCode(type) ?? 0).toString(16).padStart(4, '0');
  return `${owner} 60 IN RRSIG \\# 18 ${code}${'0'.repeat(32)}\n`;
}

const SIGNED = [
  '$TTL 60\n@ SOA ns hm 1 2 3 4 5\n@ NS ns\n@ NSEC a NS SOA RRSIG NSEC\n',
  sig('@', 'SOA'),
  sig('@', 'NS'),
  sig('@', 'NSEC'),
  'a A 10.0.0.1\na NSEC d A\n',
  sig('a', 'A'),
  sig('a', 'NSEC'),
  'd DNAME e\nd NSEC ent.x DNAME\n',
  sig('d', 'DNAME'),
  sig('d', 'NSEC'),
  'c CNAME a\nc NSEC d CNAME\n',
  sig('c', 'CNAME'),
  'cut NS ns.cut\ncut DS 1 8 2 AABB\nns.cut A 10.0.0.2\n',
  sig('cut', 'DS'),
  'm MX 1 a\n',
  sig('m', 'MX'),
  '*.w A 10.0.0.3\n*.w NSEC @ A\n',
  sig('*.w', 'A'),
  sig('*.w', 'NSEC'),
  '*.wc CNAME a\n',
  sig('*.wc', 'CNAME'),
  'x.ent A 10.0.0.4\n',
].join('');

function zoneFrom(text: string): Zone {
  const file = {
    fileName: 'db',
    text: text.replaceAll(/^(\S+) 60 IN RRSIG/gm, '$1 60 IN TYPE46'),
    origin: name('t.'),
  };
  return loadZone(file, -1, { readFile: () => '' }).zone;
}

function ask(zone: Zone, owner: string, type = 'A', isDnssecOk = false): ZoneAnswer {
  return lookupZone(zone, { name: name(owner), type: rrTypeCode(type) ?? 0, isDnssecOk });
}

/** Owner and type of each record; `RRSIG(A)` is a signature over A. */
function shape(records: ZoneAnswer['answer']): string {
  return records
    .map((each) => {
      const [owner, , , type] = recordText(each).split(' ');
      const covered = ((each.rdata[0] ?? 0) << 8) | (each.rdata[1] ?? 0);
      const words: Record<number, string> = {
        1: 'A',
        2: 'NS',
        5: 'CNAME',
        6: 'SOA',
        15: 'MX',
        39: 'DNAME',
        43: 'DS',
        47: 'NSEC',
      };
      return type === 'RRSIG' ? `${owner} SIG(${words[covered]})` : `${owner} ${type}`;
    })
    .join(', ');
}

describe('a signed zone for a client that wants DNSSEC', () => {
  const zone = zoneFrom(SIGNED);
  test.each([
    ['t.', 'SOA', 't. SOA, t. SIG(SOA)', 't. NS, t. SIG(NS)'],
    ['t.', 'NS', 't. NS, t. SIG(NS)', ''],
    ['a.t.', 'A', 'a.t. A, a.t. SIG(A)', 't. NS, t. SIG(NS)'],
    ['a.t.', 'TXT', '', 't. SOA, t. SIG(SOA), a.t. NSEC, a.t. SIG(NSEC)'],
    ['c.t.', 'A', 'c.t. CNAME, c.t. SIG(CNAME), a.t. A, a.t. SIG(A)', 't. NS, t. SIG(NS)'],
    ['cut.t.', 'A', '', 'cut.t. NS, cut.t. DS, cut.t. SIG(DS)'],
    ['x.d.t.', 'CNAME', 'd.t. DNAME, d.t. SIG(DNAME), x.d.t. CNAME', 't. NS, t. SIG(NS)'],
    ['y.w.t.', 'A', 'y.w.t. A, y.w.t. SIG(A)', 't. NS, t. SIG(NS), *.w.t. NSEC, *.w.t. SIG(NSEC)'],
    ['y.w.t.', 'TXT', '', 't. SOA, t. SIG(SOA), *.w.t. NSEC, *.w.t. SIG(NSEC)'],
    ['y.wc.t.', 'A', 'y.wc.t. CNAME, y.wc.t. SIG(CNAME), a.t. A, a.t. SIG(A)', 't. NS, t. SIG(NS)'],
    ['b.t.', 'A', '', 't. SOA, t. SIG(SOA), a.t. NSEC, a.t. SIG(NSEC), t. NSEC, t. SIG(NSEC)'],
    ['ent.t.', 'A', '', 't. SOA, t. SIG(SOA), d.t. NSEC, d.t. SIG(NSEC)'],
  ])('%s %s', (owner, type, answer, authority) => {
    const found = ask(zone, owner, type, true);
    expect([shape(found.answer), shape(found.authority)]).toEqual([answer, authority]);
  });

  test('additional addresses are signed', () => {
    expect(shape(ask(zone, 'm.t.', 'MX', true).additional)).toBe('a.t. A, a.t. SIG(A)');
  });

  test('nothing of it goes to other clients', () => {
    for (const owner of ['t.', 'a.t.', 'c.t.', 'cut.t.', 'b.t.', 'y.w.t.']) {
      const { answer, authority, additional } = ask(zone, owner);
      expect(shape([...answer, ...authority, ...additional])).not.toMatch(/NSEC|SIG/);
    }
  });
});

describe('aliases', () => {
  const zone = zoneFrom(
    '$TTL 60\n@ SOA ns hm 1 2 3 4 5\n@ NS ns\nout CNAME x.other.\nin CNAME out\nd DNAME other.\n',
  );
  const reply = (rcode: number, lines: readonly string[] = []) => ({
    rcode,
    answer: lines.map(record),
  });

  test('that leave the zone name the target', () => {
    const found = ask(zone, 'in.t.');
    expect(shape(found.answer)).toBe('in.t. CNAME, out.t. CNAME');
    expect(found.target).toEqual(name('x.other.'));
  });

  test.each([
    ['data', reply(0, ['x.other. 5 IN A 10.0.0.9']), ZoneResult.SUCCESS, 't. NS'],
    ['no data', reply(0), ZoneResult.NO_DATA, 't. SOA'],
    ['no name', reply(3), ZoneResult.NAME_ERROR, 't. SOA'],
    ['failure', reply(2), ZoneResult.SERVER_FAILURE, 't. NS'],
    ['refusal', reply(5), ZoneResult.SUCCESS, 't. NS'],
    ['silence', undefined, ZoneResult.SUCCESS, 't. NS'],
  ])('a target with %s', (_, target, result, authority) => {
    const done = withTarget(zone, ask(zone, 'out.t.'), target, false);
    expect([done.result, shape(done.authority), done.target]).toEqual([
      result,
      authority,
      undefined,
    ]);
    expect(done.answer).toHaveLength(1 + (target?.answer.length ?? 0));
  });

  test('a DNAME that would make too long a name is not followed', () => {
    const label = 'x'.repeat(62);
    const long = `${label}.${label}.${label}.${'y'.repeat(59)}.d.t.`;
    expect(ask(zone, long).result).toBe(ZoneResult.NAME_ERROR);
  });
});

test('a zone without data fails', () => {
  expect(ask(new Zone(name('t.')), 'a.t.').result).toBe(ZoneResult.SERVER_FAILURE);
});

test('a zone whose only name lies behind the asked one has nothing to deny with', () => {
  const zone = zoneFrom('$TTL 60\n@ SOA ns hm 1 2 3 4 5\nz A 10.0.0.1\n');
  expect(shape(ask(zone, 'a.t.', 'A', true).authority)).toBe('t. SOA');
});
