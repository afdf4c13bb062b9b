// Who is compared with whom. The first server of a group is the measure of the others.

import { ADDRESS_CASE, type BenchCase, CLUSTER_CASES, FORWARD_CASES } from './cases.ts';
import { type BenchService, benchServices, clusterZones, knownAnswer } from './cluster.ts';
import { EXTERNAL_ANSWER, externalZone } from './external-zone.ts';
import { startOverFake } from './fake-cluster.ts';
import { LogPipe } from './log-pipe.ts';
import { type Peer, startBareBatches, startNsd } from './peers.ts';

/** A server of a group, started when its group's turn comes. */
export interface Contender {
  readonly name: string;
  readonly services: readonly BenchService[];
  start(): Promise<Peer>;
}

/** Servers that are asked the same cases in turn. */
export interface BenchGroup {
  readonly name: string;
  readonly contenders: readonly Contender[];
  readonly cases: readonly BenchCase[];
}

const LARGE = 100_000;
const NAMESPACES = 10;

/** All groups over clusters of `services` services, forwarding to the upstream. */
export function benchGroups(
  services: number,
  endpoints: number,
  upstreamPort: number,
): BenchGroup[] {
  const small = benchServices({ services, endpoints, namespaces: NAMESPACES });
  const large = benchServices({ services: LARGE, endpoints, namespaces: NAMESPACES });
  const own = nodens('Nodens', small, { upstreamPort });
  const own100k = nodens(`Nodens, ${LARGE} services`, large, { upstreamPort });
  const peer = nsd('NSD', small);
  const peer100k = nsd(`NSD, ${LARGE} services`, large);
  return [
    { name: 'cluster', contenders: [peer, own], cases: CLUSTER_CASES },
    {
      name: 'floor',
      contenders: [peer, bareBatches(small), own],
      cases: [ADDRESS_CASE],
    },
    {
      name: 'node:dgram',
      contenders: [peer, nodens('Nodens, dgram', small, { upstreamPort, udp: 'dgram' })],
      cases: [ADDRESS_CASE],
    },
    {
      name: 'query log',
      contenders: [
        own,
        logging('Nodens, log', small, upstreamPort, true),
        logging('Nodens, log that nobody reads', small, upstreamPort, false),
      ],
      cases: [ADDRESS_CASE],
    },
    { name: 'forward', contenders: [externalNsd(small), own], cases: FORWARD_CASES },
    { name: 'growth of Nodens', contenders: [own, own100k], cases: [ADDRESS_CASE] },
    { name: 'growth of NSD', contenders: [peer, peer100k], cases: [ADDRESS_CASE] },
  ];
}

/** NSD with the records of a cluster. */
export function nsd(name: string, services: readonly BenchService[]): Contender {
  const start = (): Promise<Peer> => startNsd(clusterZones(services), knownAnswer(services));
  return { name, services, start };
}

/** Nodens over a cluster. */
export function nodens(
  name: string,
  services: readonly BenchService[],
  options: Parameters<typeof startOverFake>[1],
): Contender {
  return { name, services, start: () => startOverFake(services, options) };
}

function bareBatches(services: readonly BenchService[]): Contender {
  return { name: 'batched UDP alone', services, start: startBareBatches };
}

function externalNsd(services: readonly BenchService[]): Contender {
  return { name: 'NSD', services, start: () => startNsd([externalZone()], EXTERNAL_ANSWER) };
}

function logging(
  name: string,
  services: readonly BenchService[],
  upstreamPort: number,
  isRead: boolean,
): Contender {
  const start = async (): Promise<Peer> => {
    const pipe = new LogPipe(isRead);
    const options = { upstreamPort, hasLog: true, stdout: pipe.descriptor };
    const peer = await startOverFake(services, options);
    const stop = async (): Promise<void> => {
      await peer.stop();
      await pipe.close();
    };
    return { ...peer, stop };
  };
  return { name, services, start };
}
