import { expect, test } from 'vitest';
import { clusterOf, manifestProblem, service, serviceYaml } from '../../../support/manifests.ts';

const DUAL = {
  serviceCidrs: ['10.96.0.0/12', 'fd00:10:96::/112'],
  podCidrs: ['10.244.0.0/16', 'fd00:10:244::/56'],
};
const families = (ips: readonly string[]): string[] =>
  ips.map((ip) => (ip.includes(':') ? 'IPv6' : 'IPv4'));

test('keeps pinned addresses, also outside the service block, and gives the others one inside', () => {
  const cluster = clusterOf(
    serviceYaml('a', 'clusterIP: 172.20.0.9') + serviceYaml('b', 'ports: [{port: 80}]'),
  );
  expect(service(cluster, 'default/a').clusterIPs).toEqual(['172.20.0.9']);
  expect(service(cluster, 'default/b').clusterIPs[0]).toMatch(
    /^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/,
  );
});

test('the same manifests give the same addresses, in whatever order they come', () => {
  const texts = ['a', 'b', 'c'].map((name) => serviceYaml(name, 'ports: [{port: 80}]'));
  const addresses = (text: string): string[] =>
    ['a', 'b', 'c'].map((name) => service(clusterOf(text), `default/${name}`).clusterIPs.join());
  expect(addresses(texts.join(''))).toEqual(addresses(texts.toReversed().join('')));
});

test('an invented address gives way when a manifest pins it', () => {
  const [invented = ''] = service(clusterOf(serviceYaml('a', '')), 'default/a').clusterIPs;
  const cluster = clusterOf(serviceYaml('a', '') + serviceYaml('b', `clusterIP: ${invented}`));
  expect(service(cluster, 'default/b').clusterIPs).toEqual([invented]);
  expect(service(cluster, 'default/a').clusterIPs).not.toEqual([invented]);
});

test.each<[string, string, string, string[]]>([
  ['no policy: the main family', '', 'IPv4', ['IPv4']],
  [
    'SingleStack with a family',
    'ipFamilyPolicy: SingleStack, ipFamilies: [IPv6]',
    'IPv4',
    ['IPv6'],
  ],
  ['PreferDualStack', 'ipFamilyPolicy: PreferDualStack', 'IPv4', ['IPv4', 'IPv6']],
  [
    'RequireDualStack, IPv6 first',
    'ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6]',
    'IPv4',
    ['IPv6', 'IPv4'],
  ],
  ['two families without policy', 'ipFamilies: [IPv6, IPv4]', 'IPv4', ['IPv6', 'IPv4']],
  ['a pinned IPv6 address', 'clusterIP: "fd00:10:96::5"', 'IPv4', ['IPv6']],
  [
    'a pinned address and PreferDualStack',
    'clusterIP: "fd00:10:96::5", ipFamilyPolicy: PreferDualStack',
    'IPv4',
    ['IPv6', 'IPv4'],
  ],
  [
    'two pinned addresses',
    'clusterIP: 10.96.7.7, clusterIPs: [10.96.7.7, "fd00:10:96::7"]',
    'IPv4',
    ['IPv4', 'IPv6'],
  ],
])('dual stack: %s', (_what, spec, _main, expected) => {
  const { clusterIPs } = service(clusterOf(serviceYaml('a', spec), DUAL), 'default/a');
  expect(families(clusterIPs)).toEqual(expected);
  expect(clusterIPs).not.toContain('');
});

test('PreferDualStack takes what there is in a cluster of one family', () => {
  const { clusterIPs } = service(
    clusterOf(serviceYaml('a', 'ipFamilyPolicy: PreferDualStack')),
    'default/a',
  );
  expect(families(clusterIPs)).toEqual(['IPv4']);
});

test('an IPv6 cluster gives IPv6 addresses', () => {
  const cluster = clusterOf(serviceYaml('a', ''), {
    serviceCidrs: ['fd00:10:96::/112'],
    podCidrs: ['fd00:10:244::/56'],
  });
  expect(service(cluster, 'default/a').clusterIPs[0]).toMatch(/^fd00:10:96::/);
  expect(service(cluster, 'default/kubernetes').clusterIPs).toEqual(['fd00:10:96::1']);
  expect(service(cluster, 'kube-system/kube-dns').clusterIPs).toEqual(['fd00:10:96::a']);
});

test('headless and ExternalName Services get no address', () => {
  const cluster = clusterOf(
    serviceYaml('h', 'clusterIP: None, ipFamilies: [IPv6]') +
      serviceYaml('e', 'type: ExternalName, externalName: a.example'),
  );
  expect(service(cluster, 'default/h').clusterIPs).toEqual(['None']);
  expect(service(cluster, 'default/e')).toMatchObject({
    type: 'ExternalName',
    externalName: 'a.example',
    clusterIPs: [''],
  });
});

test('keeps external addresses and the load balancer of the status', () => {
  const text = `${serviceYaml('a', 'type: LoadBalancer, loadBalancerIP: 78.11.24.19, externalIPs: [80.11.12.10]')}status: {loadBalancer: {ingress: [{ip: 146.148.47.155}]}}\n`;
  expect(service(clusterOf(text), 'default/a').externalIPs).toEqual([
    '80.11.12.10',
    '146.148.47.155',
  ]);
});

test('keeps the ports in their order, with TCP as default protocol', () => {
  const text = serviceYaml(
    'a',
    'type: NodePort, ports: [{name: x, port: 1, nodePort: 8065}, {name: y, port: 2, protocol: UDP}, {name: z, port: 3, protocol: SCTP}]',
  );
  expect(service(clusterOf(text), 'default/a').ports).toEqual([
    { name: 'x', port: 1, protocol: 'TCP' },
    { name: 'y', port: 2, protocol: 'UDP' },
    { name: 'z', port: 3, protocol: 'SCTP' },
  ]);
});

test.each<[string, string, string]>([
  [
    'an unknown type',
    'type: Clusterip',
    'line 5: Service "a": spec.type: must be one of ClusterIP, NodePort, LoadBalancer, ExternalName, not "Clusterip"',
  ],
  ['ExternalName without a name', 'type: ExternalName', 'spec.externalName: is missing'],
  [
    'a name as ClusterIP',
    'clusterIP: none',
    'spec.clusterIP: "none" is neither an IP address nor None',
  ],
  [
    'None among addresses',
    'clusterIPs: [None, "fd00::1"]',
    'spec.clusterIPs[0]: "None" is neither an IP address nor None',
  ],
  [
    'two addresses of one family',
    'clusterIPs: [10.96.0.5, 10.96.0.6]',
    'spec.clusterIPs[1]: two addresses of family IPv4',
  ],
  [
    'addresses that differ',
    'clusterIP: 10.96.0.6, clusterIPs: [10.96.0.5]',
    'spec.clusterIPs[0]: the first one must be that of clusterIP, 10.96.0.6',
  ],
  ['no port number', 'ports: [{name: a}]', 'spec.ports[0].port: is missing'],
  [
    'a port out of range',
    'ports: [{port: 80}, {port: 70000}]',
    'spec.ports[1].port: must be between 1 and 65535, not 70000',
  ],
  [
    'a fraction as port',
    'ports: [{port: 80.5}]',
    'spec.ports[0].port: must be an integer, not the number 80.5',
  ],
  [
    'a target port out of range',
    'ports: [{port: 80, targetPort: -1}]',
    'spec.ports[0].targetPort: must be between 1 and 65535, not -1',
  ],
  [
    'a target port of another type',
    'ports: [{port: 80, targetPort: [1]}]',
    'spec.ports[0].targetPort: must be a string or an integer, not a list',
  ],
  [
    'an unknown protocol',
    'ports: [{port: 80, protocol: tcp}]',
    'spec.ports[0].protocol: must be one of TCP, UDP, SCTP, not "tcp"',
  ],
  ['ports that are no list', 'ports: {port: 80}', 'spec.ports: must be a list, not a map'],
  ['a port that is no map', 'ports: [80]', 'spec.ports[0]: must hold maps only, not the number 80'],
  ['a wrong external address', 'externalIPs: [a]', 'spec.externalIPs[0]: "a" is no IP address'],
  [
    'an external address of another type',
    'externalIPs: [1]',
    'spec.externalIPs[0]: must hold strings only, not the number 1',
  ],
  [
    'an unknown family',
    'ipFamilies: [ipv4]',
    'spec.ipFamilies[0]: must be IPv4 or IPv6, not "ipv4"',
  ],
  ['an unknown policy', 'ipFamilyPolicy: Dual', 'spec.ipFamilyPolicy: must be one of'],
  [
    'SingleStack with two families',
    'ipFamilyPolicy: SingleStack, ipFamilies: [IPv4, IPv6]',
    'spec.ipFamilyPolicy: SingleStack allows one family only',
  ],
  [
    'RequireDualStack without an IPv6 block',
    'ipFamilyPolicy: RequireDualStack',
    'spec.ipFamilyPolicy: RequireDualStack needs an IPv4 and an IPv6 block in service_cidr',
  ],
  [
    'a family without a block',
    'ipFamilies: [IPv6]',
    'spec.ipFamilies: IPv6 needs an IPv6 block in service_cidr',
  ],
  [
    'a family that is not that of the address',
    'clusterIP: 10.96.0.5, ipFamilies: [IPv6]',
    'spec.ipFamilies[0]: IPv6 is not the family of 10.96.0.5',
  ],
  [
    'a flag of another type',
    'publishNotReadyAddresses: "true"',
    'spec.publishNotReadyAddresses: must be true or false, not the string "true"',
  ],
  [
    'a selector of another type',
    'selector: {a: 1}',
    'spec.selector: "a" must be a string, not the number 1',
  ],
])('refuses %s', (_what, spec, message) => {
  expect(manifestProblem(serviceYaml('a', spec))).toContain(message);
});

test('two Services with one ClusterIP are an error that names both', () => {
  const text = serviceYaml('a', 'clusterIP: 10.96.5.5') + serviceYaml('b', 'clusterIP: 10.96.5.5');
  expect(manifestProblem(text)).toBe(
    'standard input: document 2, line 10: Service "b": clusterIP 10.96.5.5 is also that of Service default/a (standard input: document 1, line 2)',
  );
});

test('so is the address of one of the Services that exist by themselves', () => {
  expect(manifestProblem(serviceYaml('a', 'clusterIP: 10.96.0.10'))).toContain(
    'line 5: Service "a": clusterIP 10.96.0.10 is also that of Service kube-system/kube-dns',
  );
});

test('a service block that is used up is an error', () => {
  const text = Array.from({ length: 14 }, (_, i) => serviceYaml(`s${i}`, '')).join('');
  expect(manifestProblem(text, { serviceCidrs: ['10.0.0.0/28'] })).toMatch(
    /^service_cidr: 10\.0\.0\.0\/28 has no address left for Service default\/s\d+$/,
  );
});
