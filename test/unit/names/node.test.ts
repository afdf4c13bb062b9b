import { expect, test } from 'vitest';
import { formatName, parseName, ROOT } from '../../../src/dns/name.ts';
import { addressKey, REVERSE_MARK, wireLabels, wireText } from '../../../src/names/node-keys.ts';
import { NodeReader } from '../../../src/names/node-reader.ts';
import {
  ALIAS_NODE,
  BARE_NODE,
  EMPTY_NODE,
  encodeNode,
  encodePlace,
  encodePointer,
} from '../../../src/names/node-writer.ts';
import { createSharedState, SharedState } from '../../../src/names/shared-state.ts';

function read(value: Uint8Array): NodeReader {
  const reader = new NodeReader();
  reader.load(value, 0, value.length, 0);
  return reader;
}

test('a value of one octet has no records of any kind', () => {
  const reader = read(encodeNode({ ...EMPTY_NODE, weight: 5, ipv4: [Uint8Array.of(1, 2, 3, 4)] }));
  reader.load(BARE_NODE, 0, 1, 0);
  expect(reader).toMatchObject({
    weight: 0,
    ipv4Count: 0,
    ipv6Count: 0,
    serviceCount: 0,
    hostCount: 0,
  });
  expect([reader.hasRecords, reader.isAlias]).toEqual([false, false]);
  expect(read(ALIAS_NODE).isAlias).toBe(true);
});

test.each([
  ['an IPv4 address', Uint8Array.of(10, 0, 0, 1), [80, 53], false],
  ['an IPv6 address', new Uint8Array(16).fill(7), [80], true],
  ['no ports', Uint8Array.of(10, 0, 0, 1), [], false],
])('a place with %s has its target in its key', (_, address, ports, isPort) => {
  const key = wireLabels(['_http', '_tcp', 'web', 'ns', 'svc']) ?? new Uint8Array();
  const value = encodePlace({ address, ports, weight: 50, isPort }) ?? new Uint8Array();
  const reader = new NodeReader();
  reader.load(Buffer.concat([key, value]), key.length, value.length, key.length);
  const hasPorts = ports.length > 0 ? 1 : 0;
  expect(reader).toMatchObject({ weight: 50, serviceCount: ports.length, hostCount: 0 });
  expect([reader.targetCount, reader.extraCount]).toEqual([hasPorts, hasPorts]);
  expect([reader.hasRecords, reader.isAlias, reader.isHostFirst]).toEqual([true, false, false]);
  expect([...reader.address(0)]).toEqual([...address]);
  expect([reader.ipv4Count, reader.ipv6Count]).toEqual(address.length === 4 ? [1, 0] : [0, 1]);
  expect(ports.map((__, index) => reader.servicePort(index))).toEqual(ports);
  expect([reader.serviceTarget(0), reader.extraTarget(0), reader.extraAddress(0)]).toEqual([
    0, 0, 0,
  ]);
  const name = isPort ? 'web.ns.svc.zone.' : '_http._tcp.web.ns.svc.zone.';
  const zone = parseName('zone.') ?? ROOT;
  const names = reader.targetNames(zone).map((each) => each && formatName(each));
  expect(names).toEqual(hasPorts === 1 ? [name] : []);
});

test('a place cannot have more than 255 ports', () => {
  const ports = Array.from({ length: 256 }, (_, port) => port);
  const address = Uint8Array.of(10, 0, 0, 1);
  expect(encodePlace({ address, ports, weight: 1, isPort: false })).toBeUndefined();
  expect(encodePlace({ address, ports: ports.slice(1), weight: 1, isPort: false })).toBeDefined();
});

test('a pointer has its targets and nothing else', () => {
  const targets = [['a', 'b'], ['c']].map((labels) => wireLabels(labels) ?? new Uint8Array());
  const reader = read(encodeNode({ ...EMPTY_NODE, weight: 5, ipv4: [Uint8Array.of(1, 2, 3, 4)] }));
  const value = encodePointer(targets);
  reader.load(value, 0, value.length, 0);
  expect(reader).toMatchObject({ weight: 0, ipv4Count: 0, serviceCount: 0, extraCount: 0 });
  expect(reader.hasRecords).toBe(true);
  const zone = parseName('zone.') ?? ROOT;
  expect(reader.targetNames(zone).map((each) => each && formatName(each))).toEqual([
    'a.b.zone.',
    'c.zone.',
  ]);
});

test('a target that gets too long below a zone is left out', () => {
  const long = wireLabels(['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63)]) ?? new Uint8Array();
  const reader = read(encodeNode({ ...EMPTY_NODE, targets: [long, new Uint8Array()] }));
  const zone = parseName(`${'z'.repeat(63)}.`) ?? ROOT;
  expect(reader.targetNames(zone).map((name) => name && formatName(name))).toEqual([
    undefined,
    formatName(zone),
  ]);
});

test('more records than 16 bits can count are cut off, and additional addresses left out', () => {
  const ipv4 = Array.from({ length: 65_600 }, (_, at) => Uint8Array.of(10, at >> 16, at >> 8, at));
  const extras = ipv4.map((_, address) => ({ target: 0, address }));
  const services = [
    { port: 1, target: 0 },
    { port: 1, target: 65_535 },
  ];
  const reader = read(encodeNode({ ...EMPTY_NODE, ipv4, extras, services, targets: [ROOT] }));
  expect(reader).toMatchObject({ ipv4Count: 65_535, extraCount: 0, serviceCount: 1 });
});

test('labels are UTF-8, and neither empty nor too long', () => {
  expect(wireLabels(['é', 'a'])).toEqual(Uint8Array.of(2, 0xc3, 0xa9, 1, 0x61));
  expect(wireLabels(['é', ''])).toBeUndefined();
  expect(wireLabels(['a', ''])).toBeUndefined();
  expect(wireLabels(['a'.repeat(64)])).toBeUndefined();
  expect(wireLabels(['a'.repeat(64)], 64)).toHaveLength(65);
  expect(wireLabels([])).toEqual(new Uint8Array());
});

test.each([
  ['10.0.0.1', 6],
  ['fd00::1', 18],
  ['FD00::1', undefined],
  ['::ffff:10.0.0.1', undefined],
  ['10.0.0.01', undefined],
  ['web', undefined],
])('the key of address %s has %s octets', (text, length) => {
  expect(addressKey(text, REVERSE_MARK)?.length).toBe(length);
});

test('state set on one side shows on the other', () => {
  const buffer = createSharedState();
  const [writer, reader] = [new SharedState(buffer), new SharedState(buffer)];
  expect([reader.isSynced, reader.serial('cluster')]).toEqual([false, 0]);
  writer.setSynced();
  writer.setSerial('cluster', 4_000_000_000);
  writer.setSerial('multicluster', 7);
  expect([reader.isSynced, reader.serial('cluster')]).toEqual([true, 4_000_000_000]);
  expect([reader.serial('external'), reader.serial('multicluster')]).toEqual([0, 7]);
});

test.each([
  '',
  'a',
  'web.shop.svc',
  'é.a',
  'a..b',
  '.a',
  'a.',
  'x'.repeat(63),
  `${'x'.repeat(64)}.a`,
])('the labels of the text %j are those of its parts', (text) => {
  expect(wireText(text)).toEqual(wireLabels(text === '' ? [] : text.split('.')));
  expect(wireText(text, 64)).toEqual(wireLabels(text === '' ? [] : text.split('.'), 64));
});
