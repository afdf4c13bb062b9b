import { join } from 'node:path';
import { expect, test } from 'vitest';
import { records } from '../../../src/cli/records.ts';
import { manifestFolder, serviceYaml } from '../../support/manifests.ts';

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(argv: readonly string[], input = ''): Run {
  const out = { stdout: '', stderr: '' };
  const exitCode = records(argv, {
    stdout: (text) => (out.stdout += text),
    stderr: (text) => (out.stderr += text),
    readStandardInput: () => input,
  });
  return { exitCode, ...out };
}

const WEB = `${serviceYaml('web', 'clusterIP: 10.96.7.7, ports: [{name: http, port: 80}]')}`;
const DB = `${serviceYaml('db', 'clusterIP: None, selector: {app: db}, ports: [{name: sql, port: 3306}]')}---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {replicas: 2, serviceName: db, template: {metadata: {labels: {app: db}}}}
`;

test('prints a master file: the zone itself, names in order of the tree, reverse names', () => {
  const { exitCode, stdout, stderr } = run(['-'], WEB);
  expect([exitCode, stderr]).toEqual([0, '']);
  const lines = stdout.split('\n');
  expect(lines.slice(0, 3)).toEqual([
    'cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 5',
    'cluster.local. 5 IN NS kube-dns.kube-system.svc.cluster.local.',
    'dns-version.cluster.local. 28800 IN TXT "1.1.0"',
  ]);
  expect(lines.filter((line) => line.includes('web') || line.startsWith('7.7.'))).toEqual([
    'web.default.svc.cluster.local. 5 IN A 10.96.7.7',
    'web.default.svc.cluster.local. 5 IN SRV 0 100 80 web.default.svc.cluster.local.',
    '_http._tcp.web.default.svc.cluster.local. 5 IN A 10.96.7.7',
    '_http._tcp.web.default.svc.cluster.local. 5 IN SRV 0 100 80 web.default.svc.cluster.local.',
    '7.7.96.10.in-addr.arpa. 5 IN PTR web.default.svc.cluster.local.',
  ]);
});

test('the same manifests give the same text', () => {
  expect(run(['-'], WEB + DB).stdout).toBe(run(['-'], DB + WEB).stdout);
});

test('lists what a StatefulSet gets, weights and pods included', () => {
  const lines = run(['-'], DB).stdout.split('\n');
  expect(
    lines
      .filter((line) => / SRV .*db-\d\.db\./.test(line))
      .map((line) => line.replace('.default.svc.cluster.local.', '')),
  ).toEqual([
    'db 5 IN SRV 0 50 3306 db-0.db.default.svc.cluster.local.',
    'db 5 IN SRV 0 50 3306 db-1.db.default.svc.cluster.local.',
    '_sql._tcp.db 5 IN SRV 0 50 3306 db-0.db.default.svc.cluster.local.',
    '_sql._tcp.db 5 IN SRV 0 50 3306 db-1.db.default.svc.cluster.local.',
    'db-0.db 5 IN SRV 0 100 3306 db-0.db.default.svc.cluster.local.',
    'db-1.db 5 IN SRV 0 100 3306 db-1.db.default.svc.cluster.local.',
  ]);
  expect(
    lines.filter((line) => /^10-244-\d+-\d+\.default\.pod\.cluster\.local\. 5 IN A /.test(line)),
  ).toHaveLength(2);
});

test('prints JSON', () => {
  const listed = JSON.parse(run(['-o', 'json', '-'], WEB).stdout) as unknown[];
  expect(listed).toContainEqual({
    name: 'web.default.svc.cluster.local.',
    ttl: 5,
    class: 'IN',
    type: 'A',
    data: '10.96.7.7',
  });
});

test('an ExternalName is a CNAME, both families and their reverse names are listed', () => {
  const text =
    serviceYaml('ext', 'type: ExternalName, externalName: db.example.com') +
    serviceYaml('dual', 'clusterIPs: [10.96.8.8, "fd00::8"]');
  const { stdout } = run(
    [
      '--service-cidr',
      '10.96.0.0/12',
      '--service-cidr',
      'fd00::/108',
      '--pod-cidr',
      '10.244.0.0/16',
      '--dns-ip',
      '10.96.0.53',
      '-',
    ],
    text,
  );
  expect(stdout).toContain('ext.default.svc.cluster.local. 5 IN CNAME db.example.com.\n');
  expect(stdout).toContain('dual.default.svc.cluster.local. 5 IN AAAA fd00::8\n');
  expect(stdout).toContain(
    `8.${'0.'.repeat(27)}0.0.d.f.ip6.arpa. 5 IN PTR dual.default.svc.cluster.local.\n`,
  );
  expect(stdout).toContain('kube-dns.kube-system.svc.cluster.local. 5 IN A 10.96.0.53\n');
});

test('zone, TTL and namespace can be chosen, and a name that is too long there is left out', () => {
  const { stdout } = run(
    ['--cluster-domain', 'K8s.Example.', '--ttl', '30', '-n', 'team', '-'],
    WEB,
  );
  expect(stdout).toContain('web.team.svc.k8s.example. 30 IN A 10.96.7.7\n');
  expect(stdout).toContain(
    'k8s.example. 30 IN SOA ns.dns.k8s.example. hostmaster.k8s.example. 1 7200 1800 86400 30\n',
  );
});

test('several PATHs are read in their order; passed over kinds are told apart from the records', () => {
  const folder = manifestFolder({
    'a/web.yaml': WEB,
    'b/web.yaml': `${WEB.replace('10.96.7.7', '10.96.7.8')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n`,
  });
  const { stdout, stderr } = run([join(folder, 'a'), join(folder, 'b')]);
  expect(stdout).toContain('web.default.svc.cluster.local. 5 IN A 10.96.7.8\n');
  expect(stderr).toBe(
    'nodens records: manifests: passed over 1 object of other kinds: ConfigMap 1\n',
  );
});

test.each<[string, string[], RegExp]>([
  ['no PATH', [], /^nodens records: a PATH or - is missing, see --help\n$/],
  ['an unknown option', ['--nope', '-'], /^nodens records: Unknown option '--nope'/],
  [
    'an unknown output',
    ['-o', 'xml', '-'],
    /^nodens records: output must be zone or json, not "xml"\n$/,
  ],
  [
    'a zone that is none',
    ['--cluster-domain', 'a..b', '-'],
    /^nodens records: "a\.\.b" is no zone name\n$/,
  ],
  [
    'a TTL out of range',
    ['--ttl', '3601', '-'],
    /^nodens records: ttl must be in range \[0, 3600\]: 3601\n$/,
  ],
  [
    'a TTL that is none',
    ['--ttl', '5s', '-'],
    /^nodens records: ttl must be in range \[0, 3600\]: 5s\n$/,
  ],
  [
    'a CIDR that is none',
    ['--pod-cidr', 'x', '-'],
    /^nodens records: pod_cidr: "x" is no CIDR block\n$/,
  ],
  [
    'a file that is not there',
    ['/nowhere/x.yaml'],
    /^nodens records: \/nowhere\/x\.yaml: cannot be read: no such file or directory\n$/,
  ],
])('exits 2 for %s', (_what, argv, message) => {
  const { exitCode, stdout, stderr } = run(argv);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test('exits 2 for a bad manifest and says where', () => {
  expect(run(['-'], 'a: b: c\n')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('standard input: document 1, line 1: malformed YAML'),
  });
});

test.each(['-h', '--help'])('%s explains itself', (flag) => {
  expect(run([flag])).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringContaining('usage: nodens records'),
  });
});
