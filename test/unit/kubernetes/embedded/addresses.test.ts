import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignAddresses } from '../../../../src/kubernetes/embedded/address-assignment.ts';
import {
  type AddressRange,
  addressAt,
  canonicalIp,
  planAddresses,
} from '../../../../src/kubernetes/embedded/address-range.ts';
import { keySuffix } from '../../../../src/kubernetes/embedded/key-hash.ts';

const plan = (parts: { serviceCidrs?: string[]; podCidrs?: string[]; dnsIps?: string[] }) =>
  planAddresses({
    serviceCidrs: ['10.96.0.0/12'],
    podCidrs: ['10.244.0.0/16'],
    dnsIps: [],
    ...parts,
  });
const range = (cidr: string): AddressRange => {
  const [first] = plan({ serviceCidrs: [cidr] }).serviceRanges;
  if (first === undefined) throw new Error(cidr);
  return first;
};

test('the API server has the first service address, the DNS server the tenth unless it is set', () => {
  expect(plan({})).toMatchObject({ apiServerIp: '10.96.0.1', dnsIps: ['10.96.0.10'] });
  expect(plan({ serviceCidrs: ['10.0.0.0/16', 'fd00::/108'] })).toMatchObject({
    apiServerIp: '10.0.0.1',
    dnsIps: ['10.0.0.10'],
  });
  expect(plan({ dnsIps: ['10.96.0.53', 'fd00::53'] }).dnsIps).toEqual(['10.96.0.53', 'fd00::53']);
});

test.each<[string, Parameters<typeof plan>[0], string]>([
  ['text', { serviceCidrs: ['x'] }, 'service_cidr: "x" is no CIDR block'],
  ['a bare address', { podCidrs: ['10.0.0.1'] }, 'pod_cidr: "10.0.0.1" is no CIDR block'],
  [
    'a tiny block',
    { podCidrs: ['10.0.0.0/30'] },
    'pod_cidr: 10.0.0.0/30 is too small, it needs 16 addresses or more',
  ],
  [
    'two blocks of a family',
    { serviceCidrs: ['10.0.0.0/16', '10.1.0.0/16'] },
    'service_cidr: at most one IPv4 and one IPv6 value',
  ],
  ['no service block', { serviceCidrs: [] }, 'service_cidr: a CIDR block is missing'],
  ['no pod block', { podCidrs: [] }, 'pod_cidr: a CIDR block is missing'],
  ['a DNS name as address', { dnsIps: ['dns'] }, 'dns_ip: "dns" is no IP address'],
  [
    'two DNS addresses of a family',
    { dnsIps: ['10.0.0.1', '10.0.0.2'] },
    'dns_ip: at most one IPv4 and one IPv6 value',
  ],
])('refuses %s', (_what, parts, message) => {
  expect(() => plan(parts)).toThrow(message);
});

test.each([
  ['10.96.0.0/12', 1, '10.96.0.1'],
  ['10.96.0.0/12', 256, '10.96.1.0'],
  ['10.96.0.0/12', 2 ** 20 - 2, '10.111.255.254'],
  ['fd00::/64', 2 ** 20 - 1, 'fd00::f:ffff'],
])('%s has as number %i %s', (cidr, number, address) => {
  expect(addressAt(range(cidr), number)).toBe(address);
  expect(number).toBeLessThanOrEqual(range(cidr).hosts);
});

test('addresses compare by value, other texts as they are', () => {
  expect(canonicalIp('FD00:0:0::1')).toBe('fd00::1');
  expect(canonicalIp('None')).toBe('None');
});

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 12,
});

test('assignment depends on the set of keys alone and gives each its own address', () => {
  fc.assert(
    fc.property(keys, (names) => {
      const forward = assignAddresses(range('10.0.0.0/28'), names, new Set(), 'x');
      const backward = assignAddresses(range('10.0.0.0/28'), names.toReversed(), new Set(), 'x');
      expect([...forward].sort()).toEqual([...backward].sort());
      expect(new Set(forward.values()).size).toBe(names.length);
    }),
  );
});

test('taken addresses are left alone', () => {
  const taken = new Set(Array.from({ length: 13 }, (_, i) => `10.0.0.${i + 1}`));
  const assigned = assignAddresses(range('10.0.0.0/28'), ['a'], taken, 'x');
  expect(assigned.get('a')).toBe('10.0.0.14');
});

test('another key moves nobody, but for those that meet it', () => {
  const many = Array.from({ length: 300 }, (_, i) => `Service default/s${i}`);
  const before = assignAddresses(range('10.96.0.0/12'), many, new Set(), 'x');
  const after = assignAddresses(
    range('10.96.0.0/12'),
    ['Service default/new', ...many],
    new Set(),
    'x',
  );
  expect(many.filter((key) => before.get(key) !== after.get(key))).toEqual([]);
});

test('addresses never change between releases', () => {
  const assigned = assignAddresses(range('10.96.0.0/12'), ['Service default/web'], new Set(), 'x');
  expect(assigned.get('Service default/web')).toMatchInlineSnapshot(`"10.100.172.42"`);
  expect(keySuffix('Deployment/default/web', 10)).toMatchInlineSnapshot(`"5kfmdd55nx"`);
});

test('a range that is used up is an error that names the option and the object', () => {
  const names = Array.from({ length: 15 }, (_, i) => `Pod default/p${i}`);
  expect(() => assignAddresses(range('10.0.0.0/28'), names, new Set(), 'pod_cidr')).toThrow(
    /^pod_cidr: 10\.0\.0\.0\/28 has no address left for Pod default\/p\d+$/,
  );
});
