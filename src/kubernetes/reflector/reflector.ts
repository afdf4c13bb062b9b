// Keeps one store equal to one kind of objects of an API server, for as long as it runs: fills it (WatchList, else pages),
// follows changes, and gets over every fault. One switch holds the error policy. Follows client-go's
// tools/cache/reflector.go in requests, delays and log lines.
//
//   fill ──► follow ──(end of stream, cut)──► follow from the last version
//    ▲          └──(expired, malformed, refused)──┐
//    └────────────────────────────────────────────┘

import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { RuntimeFault } from '../../base/runtime-error.ts';
import type { Logger } from '../../log/logger.ts';
import type { ApiClient } from '../api/client.ts';
import { delay } from '../api/delay.ts';
import { NetworkError } from '../api/network-error.ts';
import { StatusError } from '../api/status-error.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { Store } from '../objects/store.ts';
import { type Exchange, list } from './list.ts';
import { ObjectSink } from './object-sink.ts';
import type { Resource } from './resource.ts';
import { watch } from './watch.ts';

/** What a reflector needs from outside. */
export interface ReflectorContext {
  readonly client: ApiClient;
  readonly clock: Clock;
  /** Adds `plugin/kubernetes: ` to its lines. */
  readonly log: Logger;
  /** Uniform in [0, 1), as Math.random. */
  readonly random: () => number;
}

/** Delays between tries: client-go's numbers (reflector.go, NewReflectorWithOptions). */
const BACKOFF = { initialMs: 800, maxMs: 30_000, factor: 2, jitter: 1, resetAfterMs: 120_000 };
/** A refused connection costs nobody anything, and the API server is wanted back soon. */
const MAX_REFUSED_DELAY_MS = 5_000;
/** Streams end after 5 to 10 minutes, spread so that reflectors do not come back together. */
const MIN_WATCH_SECONDS = 300;
/** A stream that ends earlier without an event brought nothing: back-off applies. */
const SHORT_WATCH_MS = 1_000;
/** So many times the server may say "later" before it is worth a line (client-go rest/request.go, maxRetries). */
const MAX_SILENT_LATER = 10;

/** One kind. */
export class Reflector<T extends ObjectKey> {
  readonly #primary: Resource<T>;
  readonly #context: ReflectorContext;
  readonly #sink: ObjectSink<T>;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  readonly #onSynced: () => void;
  /** What is watched now: the kind itself or its legacy form. */
  #resource: Resource<T>;
  #isSynced = false;
  #isFilled = false;
  #canWatchList = true;
  #hasToldLegacy = false;
  /** Version to resume or to list from: '0' before the first fill, '' when the last one is of no use any more. */
  #resourceVersion = '0';
  /** When the server accepted the watch under way; Infinity before. */
  #openedAtMs: number = Number.POSITIVE_INFINITY;
  #failures = 0;
  #laters = 0;

  /** `onSynced` is called once, when the store has its first complete state. */
  constructor(
    resource: Resource<T>,
    store: Store<T>,
    context: ReflectorContext,
    onSynced: () => void,
  ) {
    this.#primary = resource;
    this.#resource = resource;
    this.#context = context;
    this.#sink = new ObjectSink(store);
    this.#onSynced = onSynced;
    this.#backoff = new Backoff({ ...BACKOFF, random: context.random, clock: context.clock });
  }

  /** Whether the store has had a complete state. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Runs until `stop`. Resolves then; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (this.#isFilled) await this.#stream(false);
        else await this.#fill();
      } catch (error) {
        if (!signal.aborted) await this.#recover(error);
      }
    }
  }

  /** Ends requests and waits. No change comes afterwards. */
  stop(): void {
    this.#stopping.abort();
  }

  get #exchange(): Exchange<T> {
    const { client, clock } = this.#context;
    const { signal } = this.#stopping;
    return { client, clock, signal, resource: this.#resource, sink: this.#sink };
  }

  async #fill(): Promise<void> {
    if (this.#canWatchList) {
      try {
        await this.#stream(true);
        if (this.#isFilled || this.#stopping.signal.aborted) return;
        // The server knows watches but not the initial state in them.
        this.#canWatchList = false;
      } catch (error) {
        if (this.#isFilled || !isWatchListRefusal(error)) throw error;
        this.#canWatchList = !isWatchListUnknown(error);
      }
    }
    const version = await list(this.#exchange, this.#resourceVersion);
    this.#filled(version);
  }

  async #stream(hasInitialState: boolean): Promise<void> {
    const isFirst = this.#resourceVersion === '0';
    const end = await watch(this.#exchange, {
      // Without a version the initial state is the newest there is.
      resourceVersion: hasInitialState && isFirst ? '' : this.#resourceVersion,
      timeoutSeconds: MIN_WATCH_SECONDS + Math.floor(this.#context.random() * MIN_WATCH_SECONDS),
      hasInitialState,
      onOpen: () => {
        this.#openedAtMs = this.#context.clock.monotonicMs();
      },
      onVersion: (version) => {
        if (version !== '') this.#resourceVersion = version;
      },
      onInitialState: () => this.#filled(this.#resourceVersion),
    });
    if (end.events === 0 && end.durationMs < SHORT_WATCH_MS) {
      throw new NetworkError('the watch ended at once', undefined);
    }
  }

  #filled(resourceVersion: string): void {
    this.#isFilled = true;
    this.#resourceVersion = resourceVersion;
    if (this.#isSynced) return;
    this.#isSynced = true;
    this.#onSynced();
  }

  /** The error policy: what is logged, what is forgotten, how long to wait. */
  async #recover(error: unknown): Promise<void> {
    if (this.#takeLegacy(error)) return;
    const wasFilled = this.#isFilled;
    let delayMs = this.#nextDelayMs();
    if (error instanceof StatusError) {
      delayMs = this.#recoverFromStatus(error, delayMs);
    } else if (error instanceof NetworkError) {
      if (error.isPassing) delayMs = Math.min(delayMs, MAX_REFUSED_DELAY_MS);
      // Cut streams and refused connections mend themselves, and CoreDNS says nothing either.
      else if (error.cause !== undefined) this.#log(error, wasFilled);
    } else {
      if (!(error instanceof RuntimeFault) || error.code === 'API_MALFORMED') this.#forget();
      this.#log(error, wasFilled);
    }
    if (!this.#isFilled) this.#use(this.#primary);
    await delay(this.#context.clock, delayMs, this.#stopping.signal);
  }

  #recoverFromStatus(error: StatusError, delayMs: number): number {
    const wasFilled = this.#isFilled;
    if (error.isExpired) {
      // A list that starts from an expired version expires again: take whatever is newest.
      if (!wasFilled) this.#resourceVersion = '';
      this.#isFilled = false;
      return delayMs;
    }
    if (error.status === 429 && this.#laters++ < MAX_SILENT_LATER) {
      return error.retryAfterMs ?? (delayMs || this.#backoff.nextDelayMs());
    }
    if (!wasFilled && isVersionTooLarge(error)) this.#resourceVersion = '';
    const isPassing = error.status === 429 || error.status >= 500;
    if (!isPassing) this.#isFilled = false;
    // The first refusal of a credential is met with a fresh one, at once.
    if (error.status === 401 && delayMs === 0) return 0;
    this.#log(error, wasFilled);
    return error.retryAfterMs ?? (delayMs || this.#backoff.nextDelayMs());
  }

  /**
   * The first fault after a stream that lived is met at once, later ones after growing delays. A fill alone is no
   * success: a server that gives lists but no watches must not be listed without end.
   */
  #nextDelayMs(): number {
    const nowMs = this.#context.clock.monotonicMs();
    if (nowMs - this.#openedAtMs >= SHORT_WATCH_MS) {
      this.#failures = 0;
      this.#laters = 0;
    }
    this.#openedAtMs = Number.POSITIVE_INFINITY;
    this.#failures++;
    if (this.#failures > 1) return this.#backoff.nextDelayMs();
    this.#backoff.reset();
    return 0;
  }

  /** Nothing that the stream told can be relied on: list again, from the newest state. */
  #forget(): void {
    this.#isFilled = false;
    this.#resourceVersion = '';
  }

  /** Turns to the legacy form when the API server does not know the kind; the next fill asks for the kind again. */
  #takeLegacy(error: unknown): boolean {
    const { legacy, name } = this.#primary;
    if (!(error instanceof StatusError) || error.status !== 404) return false;
    if (legacy === undefined || this.#resource !== this.#primary) return false;
    if (!this.#hasToldLegacy) {
      this.#context.log.info(`no ${name} on the API server, using ${legacy.name}`);
    }
    this.#hasToldLegacy = true;
    this.#isFilled = false;
    this.#use(legacy);
    return true;
  }

  /** Versions of one kind mean nothing for another. */
  #use(resource: Resource<T>): void {
    if (resource === this.#resource) return;
    this.#resource = resource;
    this.#resourceVersion = this.#isSynced ? '' : '0';
  }

  #log(error: unknown, wasFilled: boolean): void {
    const text = error instanceof Error ? error.message : String(error);
    const what = wasFilled ? '' : `failed to list ${this.#resource.goType}: `;
    this.#context.log.error(`Failed to watch: ${what}${text}`);
  }
}

/** Whether the server will not give the initial state in a watch, although it may well give a list. */
function isWatchListRefusal(error: unknown): boolean {
  if (error instanceof StatusError) {
    return error.status >= 400 && error.status < 500 && ![401, 410, 429].includes(error.status);
  }
  return error instanceof RuntimeFault && error.code === 'API_STALLED';
}

/** Whether it will never give it, so that asking again is of no use. */
function isWatchListUnknown(error: unknown): boolean {
  return !(error instanceof StatusError) || error.status === 400 || error.status === 422;
}

/** Our version is ahead of the server's, as after a restored backup (api/errors, ResourceVersionTooLarge). */
function isVersionTooLarge(error: StatusError): boolean {
  return error.status === 504 || error.message.includes('Too large resource version');
}
