// Nodens over an API server that lives in this process: needs no Go, and does nothing while a load runs.

import { COLLECTIONS, FakeApiServer } from '../test/support/fake-api-server.ts';
import { apiObjects, type BenchService, knownAnswer } from './cluster.ts';
import { type NodensOptions, type Peer, startNodens } from './peers.ts';

/** Starts an API server with these services and Nodens over it; both are stopped together. */
export async function startOverFake(
  services: readonly BenchService[],
  options: Omit<NodensOptions, 'apiServer' | 'known'>,
): Promise<Peer> {
  // In JavaScript protobuf takes longer to write than a start takes to read it; JSON.stringify is native.
  const api = new FakeApiServer({ format: 'json' });
  await api.listen();
  for (const object of apiObjects(services)) api.put(collectionOf(object.kind), { ...object });
  try {
    const apiServer = `endpoint ${api.url}`;
    const peer = await startNodens({ ...options, apiServer, known: knownAnswer(services) });
    const stop = async (): Promise<void> => {
      await peer.stop();
      await api.close();
    };
    return { ...peer, stop };
  } catch (error) {
    await api.close();
    throw error;
  }
}

function collectionOf(kind: string): string {
  if (kind === 'Namespace') return COLLECTIONS.namespaces;
  return kind === 'Service' ? COLLECTIONS.services : COLLECTIONS.slices;
}
