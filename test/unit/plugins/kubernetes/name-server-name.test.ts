import { describe, expect, test } from 'vitest';
import { lowerName, type Name, parseName, ROOT } from '../../../../src/dns/name.ts';
import {
  beginsAsNameServer,
  isNameServerName,
} from '../../../../src/plugins/kubernetes/name-server-name.ts';

function nameOf(text: string): Name {
  return parseName(text) ?? ROOT;
}

describe('the name of the name server', () => {
  test.each([
    ['ns.dns.cluster.local.', 'cluster.local.', true],
    ['Ns.DNS.cluster.local.', 'cluster.local.', true],
    ['ns.dns.Cluster.local.', 'Cluster.local.', false],
    ['x.ns.dns.cluster.local.', 'cluster.local.', false],
    ['ns.dns.x.cluster.local.', 'cluster.local.', false],
    ['nsx.dns.cluster.local.', 'cluster.local.', false],
    // What search lists append does not matter.
    ['ns.dns.cluster.local.shop.svc.cluster.local.', 'cluster.local.', true],
    ['ns.dns.cluster.local.cluster.local.', 'cluster.local.', true],
    ['ns.dns.cluster.localhost.cluster.local.', 'cluster.local.', false],
    // The zone's text begins earlier in the name.
    ['ns.dns.', '.', false],
    ['ns.dns.dns.', 'dns.', false],
  ])('%s in %s: %s', (name, zone, expected) => {
    expect(isNameServerName(lowerName(nameOf(name)), nameOf(zone))).toBe(expected);
  });

  test('may only be a name of these two labels', () => {
    expect(beginsAsNameServer(nameOf('ns.dns.'))).toBe(true);
    expect(beginsAsNameServer(nameOf('ns.dn.'))).toBe(false);
    expect(beginsAsNameServer(nameOf('.'))).toBe(false);
  });
});
