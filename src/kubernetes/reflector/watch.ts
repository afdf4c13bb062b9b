// One watch stream of a kind, with or without the initial state in front of it (WatchList, KEP-3157).

import { readBody } from '../api/body.ts';
import { statusErrorOfEvent } from '../api/status-error.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import { errorOfResponse } from './error-response.ts';
import type { Exchange } from './list.ts';
import { watchTarget } from './request-target.ts';
import { acceptedTypes, type WatchEvent, watchDecoder } from './response-decoder.ts';

/** Where a watch begins, and what it tells while it runs. */
export interface WatchOptions {
  readonly resourceVersion: string;
  /** After this the server ends the stream. */
  readonly timeoutSeconds: number;
  /** Whether all objects come first. */
  readonly hasInitialState: boolean;
  /** Called when the server has accepted the watch. */
  readonly onOpen: () => void;
  /** Called with each new resource version that the watch may be resumed from. */
  readonly onVersion: (resourceVersion: string) => void;
  /** Called when the initial state is complete and in the store. */
  readonly onInitialState: () => void;
}

/** How a stream went. */
export interface WatchEnd {
  readonly events: number;
  readonly durationMs: number;
}

/** Added to the server's time-out before a silent stream is given up: the end of a stream takes time to arrive. */
const STALL_GRACE_MS = 30_000;
/** While the initial state is awaited: a server that ignores sendInitialEvents sends nothing for ever. */
const INITIAL_STALL_MS = 30_000;
const INITIAL_STATE_END = 'k8s.io/initial-events-end';

/** Runs until the server ends the stream. Rejects with StatusError, NetworkError or RuntimeFault. */
export async function watch<T extends ObjectKey>(
  exchange: Exchange<T>,
  options: WatchOptions,
): Promise<WatchEnd> {
  const { client, clock, signal, resource } = exchange;
  const startMs = clock.monotonicMs();
  const target = watchTarget(resource, options);
  const accept = acceptedTypes(resource);
  const response = await client.get({ kind: 'watch', target, accept, signal });
  if (response.statusCode !== 200) throw await errorOfResponse(response, clock, resource.name);
  options.onOpen();
  const events = new WatchEvents(exchange, options);
  const decoder = watchDecoder(response, resource, (event) => events.take(event));
  await readBody(response, {
    clock,
    idleMs: () =>
      events.isInitial ? INITIAL_STALL_MS : options.timeoutSeconds * 1000 + STALL_GRACE_MS,
    onChunk: (chunk) => decoder.push(chunk),
  });
  return { events: events.count, durationMs: clock.monotonicMs() - startMs };
}

interface WatchObject {
  readonly metadata?: {
    readonly resourceVersion?: unknown;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
}

/** Applies the events of one stream. */
class WatchEvents<T extends ObjectKey> {
  readonly #exchange: Exchange<T>;
  readonly #options: WatchOptions;
  /** Whether the initial state is still arriving. */
  isInitial: boolean;
  count = 0;

  constructor(exchange: Exchange<T>, options: WatchOptions) {
    this.#exchange = exchange;
    this.#options = options;
    this.isInitial = options.hasInitialState;
    if (this.isInitial) exchange.sink.beginState();
  }

  /** One event of the stream. Throws StatusError for an ERROR event. */
  take({ type, object }: WatchEvent): void {
    const { sink, resource } = this.#exchange;
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        sink.put(object, resource);
        break;
      case 'DELETED':
        sink.remove(object);
        break;
      case 'BOOKMARK':
        this.#bookmark(object);
        break;
      case 'ERROR':
        throw statusErrorOfEvent(object);
      default:
        return;
    }
    this.count++;
    // Initial objects come in no order of versions, so none of them is a place to resume from.
    if (!this.isInitial) this.#options.onVersion(versionOf(object));
  }

  #bookmark(object: unknown): void {
    const annotations = (object as WatchObject | undefined)?.metadata?.annotations;
    if (!this.isInitial || annotations?.[INITIAL_STATE_END] !== 'true') return;
    this.isInitial = false;
    this.#exchange.sink.endState();
    this.#options.onInitialState();
  }
}

function versionOf(object: unknown): string {
  const version = (object as WatchObject | undefined)?.metadata?.resourceVersion;
  return typeof version === 'string' ? version : '';
}
