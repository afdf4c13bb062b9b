import { expect, test } from 'vitest';
import { ownAddresses, podAddresses } from '../../../src/transport/own-addresses.ts';

const lo = [
  { address: '127.0.0.1', internal: true },
  { address: '::1', internal: true },
];
const eth0 = [
  { address: '10.244.1.5', internal: false },
  { address: 'fd00::5', internal: false },
  { address: 'fe80::5', internal: false },
];

test('all addresses, link-local ones with their interface', () => {
  expect(ownAddresses({ lo, eth0 })).toEqual([
    '127.0.0.1',
    '::1',
    '10.244.1.5',
    'fd00::5',
    'fe80::5%eth0',
  ]);
  expect(ownAddresses({ lo: undefined })).toEqual([]);
});

test("a pod's addresses are those of the loopback and its one interface", () => {
  expect(podAddresses({ lo, eth0 })).toEqual(['127.0.0.1', '::1', '10.244.1.5', 'fd00::5']);
  expect(podAddresses({ lo })).toEqual(['127.0.0.1', '::1']);
});

test('addresses that others may be on are left to the wildcard socket', () => {
  const crowded = [...lo, { address: '169.254.20.10', internal: true }];
  const alone = [{ address: '169.254.7.7', internal: false }];
  expect(podAddresses({ lo: crowded, eth0: alone })).toEqual(['127.0.0.1', '::1']);
  expect(podAddresses({ eth0 })).toEqual(['10.244.1.5', 'fd00::5']);
});

test('a node with several interfaces is no pod', () => {
  const nodelocaldns = [{ address: '169.254.20.10', internal: false }];
  expect(podAddresses({ lo, eth0, nodelocaldns })).toEqual([]);
});
