// Records V8's code cache (src/cli/code-cache.ts): runs the server once with scripts/warm.corefile beside a stub of the Kubernetes
// API, asks it a few questions and ends it. Called by build.mjs, and by image-root inside the image build, with the words
// of the command: `node warm.mjs chroot /rootfs /nodens/node FLAGS /nodens/main.js`. Runs on Node 20 as well.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COREFILE = join(dirname(fileURLToPath(import.meta.url)), 'warm.corefile');
/** For a machine that is emulated, too. */
const PATIENCE_MS = 60_000;

/** Types of questions: A, PTR, AAAA, SRV. */
const QUESTIONS = [
  ['web.default.svc.cluster.local', 1],
  ['web.default.svc.cluster.local', 28],
  ['_http._tcp.web.default.svc.cluster.local', 33],
  ['first.group.default.svc.cluster.local', 1],
  ['missing.default.svc.cluster.local', 1],
  ['1.0.96.10.in-addr.arpa', 12],
  ['a.test', 1],
];

const metadata = (name, labels) => ({ name, namespace: 'default', resourceVersion: '1', labels });
const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
const service = (name, clusterIP) => ({
  metadata: metadata(name),
  spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports },
});
const slice = (name, address) => ({
  metadata: metadata(`${name}-1`, { 'kubernetes.io/service-name': name }),
  addressType: 'IPv4',
  endpoints: [{ addresses: [address], hostname: 'first', conditions: { ready: true } }],
  ports,
});

/** What the stub has, by the last word of the path. */
const KINDS = {
  namespaces: ['v1', 'Namespace', [{ metadata: { name: 'default', resourceVersion: '1' } }]],
  services: ['v1', 'Service', [service('web', '10.96.0.1'), service('group', 'None')]],
  endpointslices: ['discovery.k8s.io/v1', 'EndpointSlice', [slice('web', '10.0.0.1'), slice('group', '10.0.0.2')]],
};

/** Lists, and watches that begin with the initial state where that is asked for, and stay open. */
function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://stub');
  const [apiVersion, kind, items] = KINDS[pathname.split('/').at(-1)] ?? ['v1', 'Status', []];
  const typed = items.map((item) => ({ apiVersion, kind, ...item }));
  response.setHeader('content-type', 'application/json');
  if (searchParams.get('watch') === null) {
    response.end(JSON.stringify({ apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '1' }, items }));
    return;
  }
  response.flushHeaders();
  if (searchParams.get('sendInitialEvents') !== 'true') return;
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  const bookmark = { apiVersion, kind, metadata: { resourceVersion: '1', annotations } };
  const events = [...typed.map((object) => ({ type: 'ADDED', object })), { type: 'BOOKMARK', object: bookmark }];
  for (const event of events) response.write(`${JSON.stringify(event)}\n`);
}

function query([name, type], id) {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([Buffer.from([0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

async function freePort() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function ask(port) {
  // Whatever becomes of the questions, the server's end is waited for.
  const socket = createSocket('udp4').unref();
  for (const [id, question] of QUESTIONS.entries()) {
    socket.send(query(question, id), port, '127.0.0.1');
    await once(socket, 'message');
  }
  socket.close();
}

/** Starts the command, asks, and ends it, or gives up after a minute. Resolves to whether all went well. */
export async function warm([file, ...words]) {
  const api = createServer(answer).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const port = await freePort();
  const env = { ...process.env, NODENS_RECORD_CODE: '1', WARM_PORT: port, WARM_API: `http://127.0.0.1:${api.address().port}` };
  const server = spawn(file, [...words, '-conf', 'stdin'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const timer = setTimeout(() => server.kill(), PATIENCE_MS);
  let isServing = false;
  server.stdin.on('error', () => undefined).end(readFileSync(COREFILE));
  server.stdout.on('data', async (text) => {
    if (isServing || !String(text).includes('Nodens-')) return;
    isServing = true;
    await ask(port);
    server.kill();
  });
  const code = await new Promise((resolve) => server.once('error', resolve).once('exit', resolve));
  clearTimeout(timer);
  api.closeAllConnections();
  api.close();
  return isServing && code === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await warm(process.argv.slice(2))) ? 0 : 1;
}
