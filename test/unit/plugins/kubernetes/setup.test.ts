import { describe, expect, test } from 'vitest';
import { Dispenser } from '../../../../src/corefile/dispenser.ts';
import { parseCorefile } from '../../../../src/corefile/parser.ts';
import {
  type KubernetesDirective,
  kubernetesControl,
  readDirective,
} from '../../../../src/plugins/kubernetes/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { MemoryReader } from '../../../support/memory-reader.ts';

/** Reads `kubernetes ARGS { LINES }` in a block of key zone `example.org.`. */
function read(args: string, ...lines: readonly string[]): KubernetesDirective {
  const body = lines.map((line) => `\n        ${line}`).join('');
  return readText(`kubernetes ${args}${lines.length === 0 ? '' : ` {${body}\n    }`}`);
}

function readText(directive: string): KubernetesDirective {
  const text = `example.org {\n    ${directive}\n}\n`;
  const options = { env: {}, reader: new MemoryReader(), warn: () => {} };
  const [source] = parseCorefile(text, 'Corefile', options);
  const tokens = source?.segments[0]?.tokens ?? [];
  return readDirective(new Dispenser('Corefile', tokens), { zones: ['example.org.'] });
}

const PARSING = (line: number, text: string): string =>
  `Corefile:${line} - Error during parsing: ${text}`;
const COUNT = (line: number, token: string): string =>
  PARSING(line, `Wrong argument count or unexpected line ending after '${token}'`);

describe('errors of one option', () => {
  test.each([
    ['endpoint', COUNT(3, 'endpoint')],
    ['tls a b', COUNT(3, 'b')],
    ['kubeconfig', COUNT(3, 'kubeconfig')],
    ['kubeconfig a b c', COUNT(3, 'c')],
    ['ttl', COUNT(3, 'ttl')],
    ['namespaces', COUNT(3, 'namespaces')],
    ['labels', COUNT(3, 'labels')],
    ['namespace_labels', COUNT(3, 'namespace_labels')],
    ['pods', COUNT(3, 'pods')],
    ['pods insecure verified', COUNT(3, 'verified')],
    ['apiserver_qps', COUNT(3, 'apiserver_qps')],
    ['apiserver_burst 1 2', COUNT(3, '2')],
    ['startup_timeout', COUNT(3, 'startup_timeout')],
    ['endpoint_pod_names x', COUNT(3, 'x')],
    ['zonal x', COUNT(3, 'x')],
    ['noendpoints x', COUNT(3, 'x')],
    ['pods maybe', 'wrong value for pods: maybe,  must be one of: disabled, verified, insecure'],
    ['ttl 4000', PARSING(3, 'ttl must be in range [0, 3600]: 4000')],
    ['ttl -1', PARSING(3, 'ttl must be in range [0, 3600]: -1')],
    ['ttl x', 'strconv.Atoi: parsing "x": invalid syntax'],
    [
      'apiserver_qps x',
      PARSING(3, 'invalid apiserver_qps "x": strconv.ParseFloat: parsing "x": invalid syntax'),
    ],
    [
      'apiserver_qps 1e39',
      PARSING(
        3,
        'invalid apiserver_qps "1e39": strconv.ParseFloat: parsing "1e39": value out of range',
      ),
    ],
    ['apiserver_qps -1', PARSING(3, 'apiserver_qps must be >= 0')],
    ['apiserver_qps -inf', PARSING(3, 'apiserver_qps must be >= 0')],
    [
      'apiserver_burst 1.5',
      PARSING(3, 'invalid apiserver_burst "1.5": strconv.Atoi: parsing "1.5": invalid syntax'),
    ],
    ['apiserver_burst -1', PARSING(3, 'apiserver_burst must be >= 0')],
    ['apiserver_max_inflight -1', PARSING(3, 'apiserver_max_inflight must be >= 0')],
    [
      'labels a=b=c',
      `unable to parse label selector value: 'a=b=c': couldn't parse the selector string "a=b=c": found '=', expected: ',' or 'end of string'`,
    ],
    [
      'namespace_labels a!=b',
      `unable to parse namespace_label selector value: 'a!=b': "!=" is not a valid label selector operator`,
    ],
    ['ignore foo', "unable to parse ignore value: 'foo'"],
    ['startup_timeout x', 'failed to parse startup_timeout: x, time: invalid duration "x"'],
    ['startup_timeout 0s', PARSING(3, 'startup_timeout must be > 0: 0s')],
    ['startup_timeout -1s', PARSING(3, 'startup_timeout must be > 0: -1s')],
    ...['upstream', 'resyncperiod', 'transfer', 'federation', 'autopath', 'wildcards'].map(
      (word): [string, string] => [word, PARSING(3, `unknown property '${word}'`)],
    ),
  ])('%s', (line, text) => {
    expect(() => read('cluster.local', line)).toThrow(text);
    expect(() => read('cluster.local', line)).toThrow(expect.objectContaining({ message: text }));
  });
});

describe('errors of options together', () => {
  test.each([
    [
      ['namespaces a', 'namespace_labels b'],
      PARSING(5, 'namespaces and namespace_labels cannot both be set'),
    ],
    [['zonal', 'noendpoints'], PARSING(5, 'zonal requires the endpoint cache; remove noendpoints')],
    [
      ['multicluster c.d'],
      PARSING(
        4,
        'is not authoritative for the multicluster zone c.d. (authoritative zones: [a.b. e.f.])',
      ),
    ],
    [
      ['manifests x', 'endpoint y'],
      PARSING(5, 'manifests and endpoint, tls or kubeconfig cannot both be set'),
    ],
    [
      ['dns_ip 10.96.0.10'],
      PARSING(
        4,
        'default_namespace, service_cidr, pod_cidr and dns_ip can only be set with manifests',
      ),
    ],
  ])('%s', (lines, text) => {
    expect(() => read('a.b e.f', ...lines)).toThrow(expect.objectContaining({ message: text }));
  });

  test('no forward zone, and a second use', () => {
    expect(() => read('10.in-addr.arpa')).toThrow('non-reverse zone name must be used');
    expect(() => readText('kubernetes a.b\n    kubernetes c.d')).toThrow(
      'this plugin can only be used once per Server Block',
    );
  });
});

describe('zones', () => {
  test.each([
    ['', ['example.org.'], 'example.org.'],
    [
      'Cluster.Local 10.96.0.0/15',
      ['cluster.local.', '96.10.in-addr.arpa.', '97.10.in-addr.arpa.'],
      'cluster.local.',
    ],
    [
      '10.0.0.0/8 other.test cluster.local',
      ['10.in-addr.arpa.', 'other.test.', 'cluster.local.'],
      'other.test.',
    ],
    ['in-addr.arpa cluster.local', ['in-addr.arpa.', 'cluster.local.'], 'in-addr.arpa.'],
    ['in-addr.arpa', ['in-addr.arpa.'], 'in-addr.arpa.'],
  ])('kubernetes %s', (args, zones, primaryZone) => {
    expect(read(args)).toMatchObject({ zones, primaryZone });
  });
});

test('defaults', () => {
  expect(read('').options).toMatchObject({
    ttl: 5,
    pods: 'disabled',
    hasEndpoints: true,
    fallthrough: undefined,
    startupTimeoutMs: 5000,
    namespaces: [],
  });
});

test('all options', () => {
  const { options } = read(
    'cluster.local clusterset.local',
    'endpoint http://a http://b',
    'tls c k ca',
    'kubeconfig file ctx',
    'apiserver_qps 2.5',
    'apiserver_burst 3',
    'apiserver_max_inflight 4',
    'namespaces a b',
    'namespaces c',
    'labels app in (x, y)',
    'pods verified',
    'endpoint_pod_names',
    'ttl 30 and more',
    'ignore',
    'ignore empty_service',
    'multicluster clusterset.local',
    'zonal',
    'startup_timeout 1m30s x',
    'fallthrough 10.0.0.0/8 Example.org',
  );
  expect(options).toMatchObject({
    endpoints: ['http://a', 'http://b'],
    tls: { cert: 'c', key: 'k', ca: 'ca' },
    kubeconfig: { file: 'file', context: 'ctx' },
    qps: 2.5,
    burst: 3,
    maxInflight: 4,
    namespaces: ['a', 'b', 'c'],
    labels: { text: 'app in (x,y)' },
    pods: 'verified',
    usesPodNames: true,
    ttl: 30,
    ignoresEmptyServices: true,
    multiclusterZones: ['clusterset.local.'],
    isZonal: true,
    startupTimeoutMs: 90_000,
    fallthrough: ['10.in-addr.arpa.', 'example.org.'],
  });
});

test.each([
  ['fallthrough', ['.']],
  ['fallthrough a..b', undefined],
])('%s', (line, zones) => {
  expect(read('', line).options.fallthrough).toEqual(zones);
});

test.each([['nan'], ['inf'], ['+Infinity']])(
  'apiserver_qps %s is no limit that could be kept: the default',
  (text) => {
    expect(read('', `apiserver_qps ${text}`).options.qps).toBe(0);
  },
);

describe('the plugin', () => {
  const block = (lines: string): string =>
    `.:1053 {\n    kubernetes cluster.local {\n${lines}\n    }\n}\n`;

  test('hands plain data to the handler and warns of more endpoints', async () => {
    const bench = new ControlBench();
    const [options] = await bench.load(
      kubernetesControl,
      block('endpoint http://127.0.0.1:1 http://x\nttl 7'),
    );
    expect(structuredClone(options)).toMatchObject({
      zones: ['cluster.local.'],
      primaryZone: 'cluster.local.',
      ttl: 7,
    });
    expect(bench.log.lines).toEqual([
      "[WARNING] plugin/kubernetes: Multiple endpoints have been deprecated, only the first specified endpoint 'http://127.0.0.1:1' is used",
    ]);
  });

  test('fails outside a cluster', async () => {
    const text = await new ControlBench().errorOf(kubernetesControl, block(''));
    expect(text).toBe(
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
    );
  });

  test('takes manifests', async () => {
    const bench = new ControlBench();
    const path = `${import.meta.dirname}/../../../support`;
    const text = block(
      `manifests ${path}/none-*.yaml\nlabels a\nnamespace_labels b\ndefault_namespace x\nservice_cidr 10.1.0.0/16\npod_cidr 10.2.0.0/16\ndns_ip 10.1.0.10`,
    );
    expect(await bench.errorOf(kubernetesControl, text)).toBeUndefined();
    const wrong = block('manifests x\nmulticluster cluster.local');
    expect(await bench.errorOf(kubernetesControl, wrong)).toBe(
      'multicluster needs an API server; remove manifests',
    );
  });
});
