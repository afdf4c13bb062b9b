// One paged list of a kind, streamed into a sink.

import type { Clock } from '../../base/clock.ts';
import { readBody } from '../api/body.ts';
import type { ApiClient } from '../api/client.ts';
import { HEADERS_TIMEOUT_MS } from '../api/client.ts';
import { StatusError } from '../api/status-error.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import { errorOfResponse } from './error-response.ts';
import type { ObjectSink } from './object-sink.ts';
import { type ListPage, listTarget } from './request-target.ts';
import type { Resource } from './resource.ts';
import { acceptedTypes, listDecoder } from './response-decoder.ts';

/** What requests of one kind need. */
export interface Exchange<T extends ObjectKey> {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly resource: Resource<T>;
  readonly sink: ObjectSink<T>;
}

/**
 * Lists all objects, at least as new as `resourceVersion` ('0' any state, '' the newest), and returns the list's own
 * version. Rejects with StatusError, NetworkError or RuntimeFault; the sink then has an unfinished state.
 */
export async function list<T extends ObjectKey>(
  exchange: Exchange<T>,
  resourceVersion: string,
): Promise<string> {
  // With a definite version a page size would mean "exactly this version", which may be gone (client-go reflector.go).
  const isPaged = resourceVersion === '' || resourceVersion === '0';
  try {
    return await listPages(exchange, { resourceVersion, continueToken: '', isPaged });
  } catch (error) {
    // The list got too old while its pages were fetched: once more, in one piece (tools/pager).
    if (!isPaged || !(error instanceof StatusError && error.isExpired)) throw error;
    return listPages(exchange, { resourceVersion, continueToken: '', isPaged: false });
  }
}

async function listPages<T extends ObjectKey>(
  exchange: Exchange<T>,
  first: ListPage,
): Promise<string> {
  exchange.sink.beginState();
  let page = first;
  let version = '';
  for (;;) {
    const metadata = await listPage(exchange, page);
    version ||= metadata.resourceVersion;
    if (metadata.continueToken === '') break;
    page = { ...page, continueToken: metadata.continueToken };
  }
  exchange.sink.endState();
  return version;
}

async function listPage<T extends ObjectKey>(
  { client, clock, signal, resource, sink }: Exchange<T>,
  page: ListPage,
): Promise<{ resourceVersion: string; continueToken: string }> {
  const target = listTarget(resource, page);
  const response = await client.get({
    kind: 'list',
    target,
    accept: acceptedTypes(resource),
    signal,
  });
  if (response.statusCode !== 200) throw await errorOfResponse(response, clock, resource.name);
  const decoder = listDecoder(response, resource, (item) => sink.put(item, resource));
  await readBody(response, {
    clock,
    idleMs: () => HEADERS_TIMEOUT_MS,
    onChunk: (chunk) => decoder.push(chunk),
  });
  return listMetadata(decoder.finish());
}

function listMetadata(metadata: unknown): { resourceVersion: string; continueToken: string } {
  const fields = metadata as { resourceVersion?: unknown; continue?: unknown } | undefined | null;
  return {
    resourceVersion: String(fields?.resourceVersion ?? ''),
    continueToken: String(fields?.continue ?? ''),
  };
}
