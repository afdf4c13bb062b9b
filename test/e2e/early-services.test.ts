// The start of a process whose API server takes its time: services are answered before slices are known, nothing is lost meanwhile.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { ask } from '../support/dns-client.ts';
import { COLLECTIONS, FakeApiServer } from '../support/fake-api-server.ts';
import { askHttp } from '../support/http-ask.ts';
import { boot, freePort, type ServerProcess } from '../support/server.ts';

let api: FakeApiServer;
let server: ServerProcess | undefined;
beforeEach(() => {
  api = new FakeApiServer();
});
afterEach(async () => {
  await server?.stop();
  await api.close();
});

const PORTS = [{ name: 'http', port: 80, protocol: 'TCP' }];

function fill(): void {
  api.put(COLLECTIONS.namespaces, { metadata: { name: 'shop' } });
  for (const [name, clusterIP] of [
    ['web', '10.96.0.1'],
    ['db', 'None'],
  ] as const) {
    const spec = { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: PORTS };
    api.put(COLLECTIONS.services, { metadata: { name, namespace: 'shop' }, spec });
  }
  const labels = { 'kubernetes.io/service-name': 'db' };
  api.put(COLLECTIONS.slices, {
    metadata: { name: 'db-1', namespace: 'shop', labels },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.0.2'], conditions: { ready: true } }],
    ports: PORTS,
  });
}

test('services are answered at once, the rest when it is known', async () => {
  fill();
  api.hold(COLLECTIONS.slices);
  await api.listen();
  const [port, readyPort] = [await freePort(), await freePort()];
  server = await boot(`.:${port} {
    errors
    ready 127.0.0.1:${readyPort}
    kubernetes cluster.local in-addr.arpa {
        endpoint ${api.url}
        startup_timeout 30s
    }
    loadbalance
}
`);
  const web = await ask('web.shop.svc.cluster.local.', 'A', { port });
  expect([web?.rcode, web?.answer.length]).toEqual([Rcode.NOERROR, 1]);
  const srv = await ask('web.shop.svc.cluster.local.', 'SRV', { port });
  expect([srv?.rcode, srv?.answer.length]).toEqual([Rcode.NOERROR, 1]);
  expect((await askHttp(readyPort, '/ready')).status).toBe(503);
  const waiting = [
    ask('db.shop.svc.cluster.local.', 'A', { port }),
    ask('2.0.1.10.in-addr.arpa.', 'PTR', { port }),
    ask('1.0.96.10.in-addr.arpa.', 'PTR', { port, isTcp: true }),
    ask('_http._tcp.web.shop.svc.cluster.local.', 'SRV', { port }),
    ask('none.shop.svc.cluster.local.', 'A', { port }),
  ];
  let isAnswered = false;
  void Promise.race(waiting).then(() => {
    isAnswered = true;
  });
  // The server has read the five by now: it answers queries in the order of their arrival.
  expect((await ask('web.shop.svc.cluster.local.', 'A', { port }))?.answer).toHaveLength(1);
  expect(isAnswered).toBe(false);
  api.letGo(COLLECTIONS.slices);
  const replies = await Promise.all(waiting);
  expect(replies.map((reply) => [reply?.rcode, reply?.answer.length])).toEqual([
    [Rcode.NOERROR, 1],
    [Rcode.NOERROR, 1],
    [Rcode.NOERROR, 1],
    [Rcode.NOERROR, 1],
    [Rcode.NXDOMAIN, 0],
  ]);
  expect((await askHttp(readyPort, '/ready')).status).toBe(200);
});

test('bug: the process did not end for five seconds while queries waited, and they were lost', async () => {
  api.hold(COLLECTIONS.slices);
  await api.listen();
  const port = await freePort();
  server = await boot(`.:${port} {
    kubernetes cluster.local {
        endpoint ${api.url}
        startup_timeout 30s
    }
}
`);
  const waiting = ask('db.shop.svc.cluster.local.', 'A', { port, timeoutMs: 4000 });
  // The server has read it by now: it answers queries in the order of their arrival.
  expect((await ask('www.example.com.', 'A', { port }))?.rcode).toBe(Rcode.SERVFAIL);
  server.signal('SIGTERM');
  expect((await waiting)?.rcode).toBe(Rcode.SERVFAIL);
  expect(await server.exited()).toBe(0);
});
