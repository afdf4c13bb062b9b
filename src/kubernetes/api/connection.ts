// The settings under which the API server is reached, kept fresh: loaded once at set-up (errors are configuration
// errors), then read again when they are a minute old, when the credential ends, and after a 401. No timers: asking
// happens before each request, and between requests nobody needs a token.

import type { Clock } from '../../base/clock.ts';
import { type ConnectionState, isSameState } from './connection-state.ts';
import { loadEndpoint, type TlsFiles } from './endpoint.ts';
import { loadInCluster, SERVICE_ACCOUNT_FOLDER } from './in-cluster.ts';
import { EXPIRY_MARGIN_MS, Kubeconfig } from './kubeconfig.ts';
import { secureContextOf } from './tls-context.ts';

/** Where the settings come from; the first that is given wins in the order kubeconfig, endpoint, in-cluster. */
export type ConnectionSource =
  | { readonly kind: 'kubeconfig'; readonly file: string; readonly context?: string | undefined }
  | { readonly kind: 'endpoint'; readonly url: string; readonly tls?: TlsFiles | undefined }
  | { readonly kind: 'in-cluster'; readonly folder?: string };

/** What opening a connection needs from outside. */
export interface ConnectionContext {
  readonly clock: Clock;
  /** Environment of the process, for in-cluster settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** File of the bundled or source kubeconfig-child entry, started with this process's own Node. */
  readonly kubeconfigChildPath: string;
}

/** client-go's caching token source looks at the file at most once a minute. */
const RELOAD_AFTER_MS = 60_000;

/** Loads the settings; `isRefused` when the API server has answered 401 to the last ones. */
export type LoadState = (isRefused: boolean) => Promise<ConnectionState>;

/** Loads the settings for the first time. Rejects with ConnectionError, whose message is CoreDNS's set-up text. */
export async function openConnection(
  source: ConnectionSource,
  context: ConnectionContext,
): Promise<Connection> {
  const load = loaderOf(source, context);
  const state = await load(false);
  secureContextOf(state.tls);
  return new Connection(load, state, context.clock);
}

function loaderOf(source: ConnectionSource, context: ConnectionContext): LoadState {
  switch (source.kind) {
    case 'kubeconfig': {
      const kubeconfig = new Kubeconfig(source, context.kubeconfigChildPath, context.clock);
      return (isRefused) => kubeconfig.load(isRefused);
    }
    case 'endpoint':
      return () => loadEndpoint(source.url, source.tls);
    case 'in-cluster':
      return () => loadInCluster(context.env, source.folder ?? SERVICE_ACCOUNT_FOLDER);
  }
}

/** A connection's settings over time. */
export class Connection {
  readonly #load: LoadState;
  readonly #clock: Clock;
  #state: ConnectionState;
  #loadedAtMs: number;
  #isRefused = false;
  #loading: Promise<ConnectionState> | undefined;

  constructor(load: LoadState, state: ConnectionState, clock: Clock) {
    this.#load = load;
    this.#state = state;
    this.#clock = clock;
    this.#loadedAtMs = clock.monotonicMs();
  }

  /** The settings as last loaded, however old. */
  get last(): ConnectionState {
    return this.#state;
  }

  /** The settings for a request now. The same object as before unless something has changed. Never rejects. */
  async current(): Promise<ConnectionState> {
    if (this.#loading === undefined && !this.#isStale()) return this.#state;
    this.#loading ??= this.#reload();
    return this.#loading;
  }

  /** Tells that the API server answered 401 to a request made with `state`: the next request loads anew. */
  refuse(state: ConnectionState): void {
    if (state === this.#state) this.#isRefused = true;
  }

  #isStale(): boolean {
    return (
      this.#isRefused ||
      this.#clock.monotonicMs() - this.#loadedAtMs >= RELOAD_AFTER_MS ||
      this.#state.expiresAtMs <= this.#clock.epochMs() + EXPIRY_MARGIN_MS
    );
  }

  /** A failed load keeps the old settings: a token that is being replaced is missing for a moment. */
  async #reload(): Promise<ConnectionState> {
    const isRefused = this.#isRefused;
    try {
      const state = await this.#load(isRefused);
      secureContextOf(state.tls);
      if (!isSameState(state, this.#state)) this.#state = state;
      this.#isRefused = false;
    } catch {
      // Kept; the request that follows says what is wrong with them.
    } finally {
      this.#loadedAtMs = this.#clock.monotonicMs();
      this.#loading = undefined;
    }
    return this.#state;
  }
}
