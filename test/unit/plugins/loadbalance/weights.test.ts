// The text of weight files and CoreDNS's words for wrong ones.
import { describe, expect, test } from 'vitest';
import { parseWeights } from '../../../../src/plugins/loadbalance/weights.ts';

describe('a weight file', () => {
  test('gives weights by domain', () => {
    const text =
      '# c\n\nA.test\n 192.0.2.1\t3 \n2001:db8::1 255\r\nb.test.\na.test\n::ffff:1.2.3.4 1\n';
    expect(parseWeights(text, 'wf')).toEqual(
      new Map([
        [
          'a.test.',
          [
            { address: Uint8Array.of(192, 0, 2, 1), weight: 3 },
            {
              address: Uint8Array.from([0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 1]),
              weight: 255,
            },
            { address: Uint8Array.of(1, 2, 3, 4), weight: 1 },
          ],
        ],
        ['b.test.', []],
      ]),
    );
  });

  test.each([
    [
      '192.0.2.1',
      'wrong domain name:"192.0.2.1" in weight file wf. (Maybe a missing weight value?)',
    ],
    ['a.test\nx 1', 'wrong IP address:"x" in weight file wf'],
    ['a.test\n1.2.3.4 x', 'wrong weight value:"x" in weight file wf'],
    ['a.test\n1.2.3.4 0', 'wrong weight value:"0" in weight file wf'],
    ['a.test\n1.2.3.4 256', 'wrong weight value:"256" in weight file wf'],
    ['1.2.3.4 1', 'missing domain name in weight file wf'],
    [' a b  c ', 'could not parse weight line:"a b  c" in weight file wf'],
  ])('with %j is wrong', (text, error) => {
    expect(parseWeights(text, 'wf')).toBe(error);
  });
});
