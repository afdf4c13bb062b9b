// Zone data: order of names, packing, the checks at loading.
import { describe, expect, test } from 'vitest';
import { recordText } from '../../../src/dns/record.ts';
import { loadZone, SameSerialError } from '../../../src/zone/load.ts';
import { compareNames } from '../../../src/zone/name-order.ts';
import { NameTree } from '../../../src/zone/name-tree.ts';
import { packRecords, unpackRecords } from '../../../src/zone/packed-records.ts';
import { Zone, zoneOf } from '../../../src/zone/zone.ts';
import { name, record } from '../../support/record-lines.ts';

const NO_FILES = { readFile: (): string => '' };

function load(text: string, serial = 0) {
  return loadZone({ fileName: 'db', text, origin: name('Zone.test.') }, serial, NO_FILES);
}

describe('canonical order', () => {
  // RFC 4034 section 6.1.
  const ORDER = [
    'example.',
    'a.example.',
    'yljkjljk.a.example.',
    'Z.a.example.',
    'zABC.a.EXAMPLE.',
    'z.example.',
    '\\001.z.example.',
    '*.z.example.',
    '\\200.z.example.',
  ];

  test('is that of RFC 4034', () => {
    const names = ORDER.map(name);
    expect([...names].reverse().sort(compareNames)).toEqual(names);
    expect(compareNames(name('A.b.'), name('a.B.'))).toBe(0);
    expect(compareNames(name('.'), name('a.'))).toBeLessThan(0);
  });

  test('gives the neighbours of a name', () => {
    const tree = new NameTree();
    for (const text of ['d.test.', 'b.test.', 'f.test.', 'b.test.']) tree.ensure(name(text));
    expect(tree.nodes().map((node) => node.name)).toEqual(
      ['b', 'd', 'f'].map((l) => name(`${l}.test.`)),
    );
    expect(tree.floor(name('c.test.'))?.name).toEqual(name('b.test.'));
    expect(tree.floor(name('d.test.'))?.name).toEqual(name('d.test.'));
    expect(tree.floor(name('a.test.'))).toBeUndefined();
    expect(tree.ceil(name('c.test.'))?.name).toEqual(name('d.test.'));
    expect(tree.ceil(name('g.test.'))).toBeUndefined();
    expect(tree.find(name('x.b.test.'), 2)?.name).toEqual(name('b.test.'));
    expect(tree.find(name('x.test.'))).toBeUndefined();
  });
});

describe('packed records', () => {
  test('are the same records again, on shared memory', () => {
    const records = [
      record('a.test. 60 IN A 10.0.0.1'),
      record('. 4294967295 CH TXT "x" "y"'),
      record('b.test. 0 IN TYPE65280 \\# 0'),
    ];
    const unpacked = unpackRecords(packRecords(records));
    expect(unpacked).toEqual(records);
    expect(unpacked[0]?.name.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(unpackRecords(packRecords([]))).toEqual([]);
  });
});

describe('a zone', () => {
  test('has owners and targets in lower case, but not those of SRV', () => {
    const zone = new Zone(name('Zone.Test.'));
    zone.add(record('ZONE.test. 1 IN SOA Ns.Zone.Test. Me.Zone.Test. 65 66 67 68 69'));
    zone.add(record('Zone.TEST. 1 IN NS Ns.Zone.Test.'));
    for (const line of [
      'A.zone.test. 1 IN CNAME B.Zone.Test.',
      'm.zone.test. 1 IN MX 16705 M.Zone.Test.',
      's.zone.test. 1 IN SRV 1 2 3 S.Zone.Test.',
    ]) {
      zone.add(record(line));
    }
    const texts = zone.tree.nodes().flatMap((node) => [5, 15, 33].flatMap((t) => node.records(t)));
    expect([...zone.soa(false), ...zone.nameServers(false), ...texts].map(recordText)).toEqual([
      'zone.test. 1 IN SOA ns.zone.test. me.zone.test. 65 66 67 68 69',
      'zone.test. 1 IN NS ns.zone.test.',
      'a.zone.test. 1 IN CNAME b.zone.test.',
      'm.zone.test. 1 IN MX 16705 m.zone.test.',
      's.zone.test. 1 IN SRV 1 2 3 S.Zone.Test.',
    ]);
    expect(zone.serial).toBe(65);
  });

  test('keeps addresses and MX once, other records as often as they come', () => {
    const zone = new Zone(name('test.'));
    for (const text of ['A 10.0.0.1', 'A 10.0.0.1', 'A 10.0.0.2', 'TXT "x"', 'TXT "x"']) {
      zone.add(record(`a.test. 1 IN ${text}`));
    }
    const node = zone.tree.find(name('a.test.'));
    expect([node?.records(1).length, node?.records(16).length]).toEqual([2, 2]);
  });

  test('without a SOA is not loaded', () => {
    const zone = new Zone(name('test.'));
    expect([zone.isLoaded, zone.serial, zone.soa(true)]).toEqual([false, -1, []]);
  });
});

describe('loading', () => {
  const SOA = '@ 60 IN SOA a. b. 7 2 3 4 5\n';

  test('gives zone and records', () => {
    const { zone, records } = load(`${SOA}x 60 A 10.0.0.1\n`);
    expect([zone.serial, records.length]).toEqual([7, 2]);
    expect(zoneOf(zone.origin, records).tree.nodes()).toHaveLength(1);
  });

  test.each([
    ['', 'file "db" has no SOA record for origin zone.test.'],
    [
      'a 60z A 1',
      'failed to parse file "db" for origin zone.test. with error db: dns: not a TTL: "60z" at line: 1:6',
    ],
    [
      `${SOA}x 60 IN A 10.0.0.300\n`,
      'failed to parse file "db" for origin zone.test. with error db: dns: bad A A: "10.0.0.300" at line: 2:20',
    ],
    [
      `${SOA}x 60 IN NSEC3PARAM \\# 5 0100000000`,
      'NSEC3 zone is not supported, dropping RR: x.zone.test. for zone: zone.test.',
    ],
  ])('%j: %s', (text, error) => {
    expect(() => load(text)).toThrow(error);
  });

  test('refuses the serial that is there', () => {
    expect(() => load(SOA, 7)).toThrow(SameSerialError);
    expect(() => load(SOA.replace(' 7 ', ' 0 '))).toThrow(
      'no change in SOA serial for origin zone.test. in file db, with 0 SOA serial',
    );
    expect(load(SOA, -1).zone.serial).toBe(7);
  });
});
