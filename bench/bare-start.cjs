// The least that a start over a Kubernetes API can be with Node, for the floor of the figures: a serving thread with a socket, the two
// streams that Nodens waits for read to the end of their first state and not looked at, then one fixed answer to everything.
// Plain JavaScript in CommonJS, which Node starts soonest. Arguments: PORT, URL of the API server, ADDRESS, and for TLS the files CERT KEY CA.

const { readFileSync } = require('node:fs');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');

const INITIAL_STATE_END = 'k8s.io/initial-events-end';
const QUERY =
  'allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&watch=true';
const PROTOBUF = 'application/vnd.kubernetes.protobuf;stream=watch';
/** An A record of the name in the question: pointer, type, class, 30 s, length (RFC 1035 section 4.1.3). */
const RECORD = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4];
const RESPONSE = 0x80;

/** Calls back when the first state has arrived. */
function read(url, agent, path, onEnd) {
  const headers = { accept: PROTOBUF };
  const { get } = require(agent === undefined ? 'node:http' : 'node:https');
  get(`${url}${path}?${QUERY}`, { headers, agent }, (response) => {
    // The mark may lie across chunks.
    let rest = Buffer.alloc(0);
    response.on('data', (chunk) => {
      const octets = Buffer.concat([rest, chunk]);
      const isEnd = octets.includes(INITIAL_STATE_END);
      rest = isEnd ? Buffer.alloc(0) : octets.subarray(1 - INITIAL_STATE_END.length);
      if (isEnd) onEnd();
    });
  });
}

function control() {
  const [port, url, address, ...files] = process.argv.slice(2);
  const serving = new Worker(__filename, { workerData: { port: Number(port), address } });
  let waiting = 2;
  const onEnd = () => {
    waiting--;
    if (waiting === 0) serving.postMessage('known');
  };
  const agent = files.length === 0 ? undefined : tlsAgent(files);
  read(url, agent, '/api/v1/services', onEnd);
  read(url, agent, '/api/v1/namespaces', onEnd);
}

function tlsAgent(files) {
  const [cert, key, ca] = files.map((file) => readFileSync(file));
  const secureContext = require('node:tls').createSecureContext({ cert, key, ca });
  return new (require('node:https').Agent)({ secureContext });
}

function serve({ port, address }) {
  const record = Buffer.from([...RECORD, ...address.split('.').map(Number)]);
  const socket = require('node:dgram').createSocket('udp4');
  let isKnown = false;
  parentPort.on('message', () => {
    isKnown = true;
  });
  socket.on('message', (query, peer) => {
    if (!isKnown) return;
    const reply = Buffer.concat([query, record]);
    reply[2] |= RESPONSE;
    reply[7] = 1;
    socket.send(reply, peer.port, peer.address);
  });
  socket.bind(port, '127.0.0.1');
}

if (isMainThread) control();
else serve(workerData);
