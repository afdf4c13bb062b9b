// Records V8's code cache (src/cli/code-cache.ts): runs the server once with scripts/warm.corefile beside a stub of the Kubernetes
// API, asks it a few questions and ends it. Called by build.mjs, and by image-root inside the image build, with the words
// of the command: `node warm.mjs chroot /rootfs /nodens/node FLAGS /nodens/main.js`. Runs on Node 20 as well.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COREFILE = join(dirname(fileURLToPath(import.meta.url)), 'warm.corefile');
/** For a machine that is emulated, too. */
const PATIENCE_MS = 60_000;
const REPLY_PATIENCE_MS = 10_000;

/** Types of questions: A, PTR, AAAA, SRV. */
const QUESTIONS = [
  ['web.default.svc.cluster.local', 1],
  ['web.default.svc.cluster.local', 28],
  ['_http._tcp.web.default.svc.cluster.local', 33],
  ['10-0-0-2.group.default.svc.cluster.local', 1],
  ['missing.default.svc.cluster.local', 1],
  ['1.0.96.10.in-addr.arpa', 12],
  ['a.test', 1],
];

/** Fields of a protobuf message. */
const number = (field, value) => Buffer.concat([Buffer.of(field << 3), varint(value)]);
const sized = (field, ...parts) => {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
};

function varint(value) {
  return value < 0x80 ? Buffer.of(value) : Buffer.concat([Buffer.of((value & 0x7f) | 0x80), varint(value >>> 7)]);
}

/** Objects as in k8s.io/api's generated.proto; entries of labels are in field 11, those of annotations in 12. */
const entry = (field, key, value) => sized(field, sized(1, key), sized(2, value));
const metadata = (name, ...entries) => sized(1, sized(1, name), sized(3, 'default'), sized(6, '1'), ...entries);
const port = (field) => sized(field, sized(1, 'http'), sized(2, 'TCP'), number(3, 80));
const service = (name, ip) => [metadata(name), sized(2, port(1), sized(3, ip), sized(4, 'ClusterIP'), sized(18, ip))];
const slice = (name, address) => [
  metadata(`${name}-1`, entry(11, 'kubernetes.io/service-name', name)),
  sized(2, sized(1, address), sized(2, number(1, 1)), sized(4, sized(3, 'pod'))),
  sized(2, sized(1, '10.0.1.1'), sized(2, number(1, 0))),
  port(3),
  sized(4, 'IPv4'),
];

/** What the stub has, by the last word of the path. */
const KINDS = {
  namespaces: [[sized(1, sized(1, 'default'))]],
  services: [service('web', '10.96.0.1'), service('group', 'None')],
  endpointslices: [slice('web', '10.0.0.1'), slice('group', '10.0.0.2')],
};
const INITIAL_END = [metadata('', entry(12, 'k8s.io/initial-events-end', 'true'))];

/** An event of a watch: its length, then the object in an envelope. */
function frame(type, object) {
  const envelope = ['k8s\0', sized(1, sized(1, 'v1')), sized(2, ...object)].map((part) => Buffer.from(part));
  const event = Buffer.concat([sized(1, type), sized(2, sized(1, Buffer.concat(envelope)))]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

/** Watches that begin with the initial state where that is asked for, and stay open. */
function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://stub');
  response.setHeader('content-type', 'application/vnd.kubernetes.protobuf;stream=watch');
  response.flushHeaders();
  if (searchParams.get('sendInitialEvents') !== 'true') return;
  for (const object of KINDS[pathname.split('/').at(-1)] ?? []) response.write(frame('ADDED', object));
  response.write(frame('BOOKMARK', INITIAL_END));
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
    await once(socket, 'message', { signal: AbortSignal.timeout(REPLY_PATIENCE_MS) });
  }
  socket.close();
}

/** A kubeconfig without a credential. */
function kubeconfig(server) {
  const contexts = [{ name: 'warm', context: { cluster: 'warm', user: 'nobody' } }];
  return JSON.stringify({ clusters: [{ name: 'warm', cluster: { server } }], contexts, 'current-context': 'warm' });
}

/**
 * Starts the command, asks, and ends it, or gives up after a minute. Resolves to whether all went well. The stub is reached by a kubeconfig
 * in `folder`; without one, because the server has another root, by its URL.
 */
export async function warm([file, ...words], folder) {
  const api = createServer(answer).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const port = await freePort();
  const url = `http://127.0.0.1:${api.address().port}`;
  const path = folder && join(folder, 'warm.kubeconfig');
  if (path) writeFileSync(path, kubeconfig(url));
  const option = path ? 'kubeconfig' : 'endpoint';
  const env = { ...process.env, NODENS_RECORD_CODE: '1', WARM_PORT: port, WARM_API_OPTION: option, WARM_API: path ?? url };
  const server = spawn(file, [...words, '-conf', 'stdin'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const timer = setTimeout(() => server.kill(), PATIENCE_MS);
  let isServing = false;
  let hasAnswered = false;
  server.stdin.on('error', () => undefined).end(readFileSync(COREFILE));
  server.stdout.on('data', async (text) => {
    if (isServing || !String(text).includes('Nodens-')) return;
    isServing = true;
    hasAnswered = await ask(port).then(
      () => true,
      () => false,
    );
    server.kill();
  });
  const code = await new Promise((resolve) => server.once('error', resolve).once('exit', resolve));
  clearTimeout(timer);
  if (path) rmSync(path);
  api.closeAllConnections();
  api.close();
  return hasAnswered && code === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await warm(process.argv.slice(2))) ? 0 : 1;
}
