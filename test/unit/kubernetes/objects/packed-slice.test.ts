import { describe, expect, test } from 'vitest';
import { trimEndpointSlice } from '../../../../src/kubernetes/objects/endpoint-slice.ts';
import { isEqual } from '../../../../src/kubernetes/objects/equal.ts';
import { packSlice } from '../../../../src/kubernetes/objects/packed-slice.ts';

const raw = (address: string, port = 80) => ({
  metadata: { namespace: 'shop', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port, protocol: 'TCP' }],
  endpoints: [
    { addresses: [address, 'a "b"\\\n'], hostname: 'h', zone: 'east', nodeName: 'n-1' },
    { addresses: ['10.0.0.2'], targetRef: { name: 'web-é' } },
  ],
});

function slice(address = '10.0.0.1', port = 80) {
  const trimmed = trimEndpointSlice(raw(address, port));
  if (trimmed === undefined) throw new Error('no slice');
  return trimmed;
}

describe('a packed slice', () => {
  test('says what the slice says', () => {
    const plain = slice();
    const packed = packSlice(plain);
    const { ports, endpoints } = packed;
    expect({ ...plain, ports, endpoints }).toEqual(plain);
    for (const key of Object.keys(plain) as (keyof typeof plain)[])
      expect(packed[key]).toEqual(plain[key]);
  });

  test('has the sentinel port of a slice without ports', () => {
    const trimmed = trimEndpointSlice({ metadata: { name: 'x' } });
    expect(trimmed && packSlice(trimmed).ports).toEqual(trimmed?.ports);
  });

  test('is equal to another with the same content, and to no other', () => {
    expect(isEqual(packSlice(slice()), packSlice(slice()))).toBe(true);
    expect(isEqual(packSlice(slice()), packSlice(slice('10.0.0.9')))).toBe(false);
    expect(isEqual(packSlice(slice()), packSlice(slice('10.0.0.1', 81)))).toBe(false);
  });

  test('keeps its content when many others are looked at', () => {
    const addresses = Array.from({ length: 10 }, (_, i) => `10.0.1.${i}`);
    const packed = addresses.map((address) => packSlice(slice(address)));
    for (let turn = 0; turn < 2; turn++) {
      for (const [i, each] of packed.entries())
        expect(each.endpoints[0]?.addresses[0]).toBe(addresses[i]);
    }
  });
});
