// Every name that the five tutorials ask, out of the folders in zones/, with the addresses that they print.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { records } from '../../../../src/cli/records.ts';
import { loadCluster } from '../../../../src/kubernetes/embedded/manifest-loader.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const NGINX = ['000-connecting-applications'];
const RESCALED = ['000-connecting-applications/rescaled'];
const COURSE = ['001-service-discovery'];
const REFERENCE = ['002-service-reference'];
const HTTPD = ['003-creating-a-service'];
const KUBIA = ['004-pods-and-clients'];
const variant = ([folder = '']: readonly string[], name: string): string[] => [
  folder,
  `${folder}/${name}`,
];

/** Data of all records of a name and type, sorted. */
function answers(folders: readonly string[], name: string, type: string): string[] {
  let text = '';
  const argv = ['-o', 'json', ...folders.map((folder) => join(ROOT, 'zones', folder))];
  const exitCode = records(argv, { stdout: (part) => (text += part), stderr: () => undefined });
  expect(exitCode).toBe(0);
  const all = JSON.parse(text) as { name: string; type: string; data: string }[];
  return all
    .filter((each) => each.name === name && each.type === type)
    .map(({ data }) => data)
    .sort();
}

const svc = (name: string): string => `${name}.svc.cluster.local.`;

test.each<[readonly string[], string, string[]]>([
  [NGINX, 'my-nginx.default', ['10.0.162.149']],
  [NGINX, 'kubernetes.default', ['10.0.0.1']],
  [NGINX, 'kube-dns.kube-system', ['10.0.0.10']],
  [NGINX, '10-244-2-5.my-nginx.default', ['10.244.2.5']],
  [NGINX, '10-244-3-4.my-nginx.default', ['10.244.3.4']],
  [RESCALED, 'my-nginx.default', ['10.0.162.149']],
  [RESCALED, '10-244-2-7.my-nginx.default', ['10.244.2.7']],
  [RESCALED, '10-244-3-8.my-nginx.default', ['10.244.3.8']],
  [RESCALED, '10-244-3-4.my-nginx.default', []],
  [COURSE, 'httpd-svc.default', ['10.105.253.35']],
  [COURSE, 'kubernetes.default', ['10.96.0.1']],
  [COURSE, 'kube-dns.kube-system', ['10.96.0.10']],
  [COURSE, 'headless-svc.default', ['10.244.0.19', '10.244.1.95', '10.244.2.115']],
  [COURSE, '10-244-1-7.httpd-svc.default', ['10.244.1.7']],
  [COURSE, '10-244-2-10.httpd-svc.default', ['10.244.2.10']],
  [COURSE, '10-244-2-9.httpd-svc.default', ['10.244.2.9']],
  [variant(COURSE, 'first-run'), 'httpd-svc.default', ['10.103.76.128']],
  [variant(COURSE, 'node-port'), 'httpd-svc.default', ['10.105.253.35']],
  [REFERENCE, 'redis-master.default', ['10.0.0.11']],
  [REFERENCE, 'kube-dns.kube-system', ['172.26.255.70']],
  [REFERENCE, 'chatbot-svc.core', ['10.104.33.6']],
  [REFERENCE, 'mattermost-svc.core', ['10.104.33.5']],
  [REFERENCE, 'ingress-frontend-svc.core', ['10.104.33.7']],
  [REFERENCE, 'nginx.default', ['172.26.1.13', '172.26.2.5']],
  [REFERENCE, 'my-service.default', ['10.104.33.9']],
  [variant(REFERENCE, 'endpoints'), '1-2-3-4.my-service.default', ['1.2.3.4']],
  [variant(REFERENCE, 'external-name'), 'my-service.default', []],
  [HTTPD, 'httpd-svc.default', ['10.110.212.171']],
  [HTTPD, '10-244-1-101.httpd-svc.default', ['10.244.1.101']],
  [HTTPD, '10-244-2-36.httpd-svc.default', ['10.244.2.36']],
  [variant(HTTPD, 'node-port'), 'httpd-svc.default', ['10.110.212.171']],
  [KUBIA, 'kubia.default', ['10.98.21.40']],
  [KUBIA, 'kubia-nodeport.default', ['10.98.21.41']],
  [KUBIA, 'kubia-loadbalancer.default', ['10.98.21.42']],
  [KUBIA, 'kubia-headless.default', ['10.244.0.31', '10.244.2.33']],
  [
    variant(KUBIA, 'all-ready'),
    'kubia-headless.default',
    ['10.244.0.31', '10.244.1.32', '10.244.2.33'],
  ],
])('%j: %s has the addresses %j', (folders, name, addresses) => {
  expect(answers(folders, svc(name), 'A')).toEqual(addresses);
});

test.each<[readonly string[], string, string[]]>([
  [NGINX, 'my-nginx.default', ['0 100 80 my-nginx.default.svc.cluster.local.']],
  [REFERENCE, '_http._tcp.chatbot-svc.core', ['0 100 80 chatbot-svc.core.svc.cluster.local.']],
  [variant(REFERENCE, 'as-printed'), '_http._tcp.chatbot-svc.core', []],
  [
    REFERENCE,
    '_slack-auth._tcp.chatbot-svc.core',
    ['0 100 4000 chatbot-svc.core.svc.cluster.local.'],
  ],
  [
    variant(REFERENCE, 'as-printed'),
    '_msteams-auth._tcp.chatbot-svc.core',
    ['0 100 8080 chatbot-svc.core.svc.cluster.local.'],
  ],
  [REFERENCE, '_m3ua._sctp.sctp-svc.core', ['0 100 2905 sctp-svc.core.svc.cluster.local.']],
  [
    REFERENCE,
    '_mm-server._tcp.mattermost-svc.core',
    ['0 100 8065 mattermost-svc.core.svc.cluster.local.'],
  ],
  [KUBIA, '_http._tcp.kubia.default', ['0 100 80 kubia.default.svc.cluster.local.']],
  [KUBIA, '_https._tcp.kubia.default', ['0 100 443 kubia.default.svc.cluster.local.']],
  [
    KUBIA,
    '10-244-0-31.kubia.default',
    [
      '0 50 8080 10-244-0-31.kubia.default.svc.cluster.local.',
      '0 50 8443 10-244-0-31.kubia.default.svc.cluster.local.',
    ],
  ],
])('%j: %s has the SRV records %j', (folders, name, services) => {
  expect(answers(folders, svc(name), 'SRV')).toEqual(services);
});

test.each<[readonly string[], string, string[]]>([
  [NGINX, '10.0.0.10', ['kube-dns.kube-system']],
  [NGINX, '10.0.162.149', ['my-nginx.default']],
  [COURSE, '10.105.253.35', ['httpd-svc.default']],
  [COURSE, '10.96.0.10', ['kube-dns.kube-system']],
  [COURSE, '10.244.1.95', ['10-244-1-95.headless-svc.default']],
  [COURSE, '10.244.2.115', ['10-244-2-115.headless-svc.default']],
  [COURSE, '10.244.0.19', ['10-244-0-19.headless-svc.default']],
  [COURSE, '10.103.76.128', []],
])('%j: the address %s is that of %j', (folders, address, names) => {
  const owner = `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  expect(answers(folders, owner, 'PTR')).toEqual(names.map(svc));
});

test('the ExternalName Service leads to a name that a master file has', () => {
  expect(answers(variant(REFERENCE, 'external-name'), svc('my-service.default'), 'CNAME')).toEqual([
    'my.database.example.com.',
  ]);
  const zone = readFileSync(join(ROOT, 'zones/example.com.zone'), 'utf8');
  expect(zone).toMatch(/^my\.database +60 IN A +203\.0\.113\.53$/m);
});

test('the Ingress is passed over', () => {
  const cluster = loadCluster({ paths: [join(ROOT, 'zones', ...KUBIA)] });
  expect([...cluster.passedOver]).toEqual([['Ingress', 1]]);
});

test('Corefile.example serves each tutorial, and each folder that it names can be loaded', () => {
  const corefile = readFileSync(join(ROOT, 'Corefile.example'), 'utf8');
  const lines = [...corefile.matchAll(/^ +manifests (.+)$/gm)].map(([, paths = '']) =>
    paths.split(' '),
  );
  expect(lines.map(([first = '']) => first.slice('zones/'.length))).toEqual(
    [NGINX, COURSE, REFERENCE, HTTPD, KUBIA].flat(),
  );
  for (const paths of lines)
    expect(
      loadCluster({ paths: paths.map((path) => join(ROOT, path)) }).services.length,
    ).toBeGreaterThan(2);
  for (const [, file = ''] of corefile.matchAll(/^ +file (\S+) /gm))
    expect(existsSync(join(ROOT, file)), file).toBe(true);
});
