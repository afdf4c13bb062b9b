// The values of the kubernetes plugin's name table: what one half writes, the other half reads.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Name, parseName, ROOT } from '../../src/dns/name.ts';
import { decodeClientPod, encodeClientPod } from '../../src/names/client-node.ts';
import { wireLabels } from '../../src/names/node-keys.ts';
import { NodeReader } from '../../src/names/node-reader.ts';
import { encodeNode } from '../../src/names/node-writer.ts';

const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
const labels = fc
  .array(label, { maxLength: 3 })
  .map((texts) => wireLabels(texts) ?? new Uint8Array());
const name: fc.Arbitrary<Name> = fc
  .array(label, { maxLength: 4 })
  .map((texts) => parseName(`${texts.join('.')}.`) ?? ROOT);
const u16 = fc.integer({ min: 0, max: 0xffff });
const u8 = fc.integer({ min: 0, max: 255 });

const content = fc.record({
  hasRecords: fc.boolean(),
  isHostFirst: fc.boolean(),
  weight: u16,
  ipv4: fc.array(octets(4), { maxLength: 5 }),
  ipv6: fc.array(octets(16), { maxLength: 5 }),
  suffix: labels,
  targets: fc.array(labels, { maxLength: 5 }),
  services: fc.array(fc.record({ port: u16, target: u16 }), { maxLength: 5 }),
  extras: fc.array(fc.record({ target: u16, address: u16 }), { maxLength: 5 }),
  hosts: fc.array(fc.record({ ipv4Before: u8, ipv6Before: u8, name }), { maxLength: 3 }),
});

const plain = (bytes: Uint8Array): number[] => [...bytes];

describe('nodes', () => {
  test('are read as they were written, wherever they lie', () => {
    fc.assert(
      fc.property(content, name, fc.nat(20), (node, zone, gap) => {
        const value = encodeNode(node);
        const arena = new Uint8Array(gap + value.length + 7).fill(0xaa);
        arena.set(value, gap);
        const reader = new NodeReader();
        reader.load(arena, gap, value.length, 0);
        const addresses = [...node.ipv4, ...node.ipv6];
        const numbers = [...addresses.keys()];
        expect({
          hasRecords: reader.hasRecords,
          isHostFirst: reader.isHostFirst,
          isAlias: reader.isAlias,
          weight: reader.weight,
          addresses: numbers.map((number) => plain(reader.address(number))),
          families: numbers.map((number) => reader.isIpv6(number)),
          targets: reader.targetNames(zone).map((each) => plain(each ?? new Uint8Array())),
          services: node.services.map((_, at) => [
            reader.servicePort(at),
            reader.serviceTarget(at),
          ]),
          extras: node.extras.map((_, at) => [reader.extraTarget(at), reader.extraAddress(at)]),
          hosts: reader.hosts(false).map((each) => [each.before, plain(each.name)]),
          hostsOfIpv6: reader.hosts(true).map((each) => each.before),
        }).toEqual({
          hasRecords: node.hasRecords,
          isHostFirst: node.isHostFirst,
          isAlias: false,
          weight: node.weight,
          addresses: addresses.map(plain),
          families: numbers.map((number) => number >= node.ipv4.length),
          targets: node.targets.map((each) => [...each, ...node.suffix, ...zone]),
          services: node.services.map(({ port, target }) => [port, target]),
          extras: node.extras.map(({ target, address }) => [target, address]),
          hosts: node.hosts.map((each) => [each.ipv4Before, plain(each.name)]),
          hostsOfIpv6: node.hosts.map((each) => each.ipv6Before),
        });
      }),
    );
  });
});

describe('client pods', () => {
  test('are read as they were written', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const pod = fc.record({ namespace: text, name: text, labels: fc.array(fc.tuple(text, text)) });
    fc.assert(
      fc.property(pod, ({ namespace, name: podName, labels: pairs }) => {
        const written = { namespace, name: podName, labels: new Map(pairs) };
        const value = encodeClientPod(written);
        expect(decodeClientPod(value, 0, value.length)).toEqual(written);
      }),
    );
  });
});
