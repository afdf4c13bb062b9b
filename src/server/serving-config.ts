// What the control thread tells a serving thread: one loaded Corefile as plain data, and the messages around it.

import type { LogLayout } from '../log/logger.ts';
import type { SeriesAnnouncement } from '../metrics/writer.ts';

/** A handler of a block: the plugin's word and the options that its setup returned. */
export interface HandlerSpec {
  readonly plugin: string;
  readonly options: unknown;
}

/** One server block. */
export interface BlockSpec {
  /** Zones of the keys, lower case and absolute, in Corefile order. */
  readonly zones: readonly string[];
  /** In chain order. Empty: every query is refused. */
  readonly handlers: readonly HandlerSpec[];
  readonly isDebug: boolean;
  readonly hasStacktrace: boolean;
  readonly acceptsOtherClasses: boolean;
}

/** A zone of a listener and the block (index into `blocks`) that serves it. */
export interface SiteSpec {
  readonly zone: string;
  readonly block: number;
}

/** One address to listen on. Listeners with equal `id` keep their sockets over a reload. */
export interface ListenerSpec {
  /** `dns://127.0.0.1:53`: also the `server` label of metrics. */
  readonly id: string;
  readonly scheme: string;
  /** '' = every address. */
  readonly host: string;
  readonly port: number;
  readonly sites: readonly SiteSpec[];
  /** Threads that open it: those with a lower index. */
  readonly sockets: number;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxTcpQueries: number;
}

/** One loaded Corefile. */
export interface ServingConfig {
  /** Counts the instances of a process; replies and publications name it. */
  readonly generation: number;
  readonly blocks: readonly BlockSpec[];
  readonly listeners: readonly ListenerSpec[];
  /** Values published so far, by channel (Instance.publish). */
  readonly channels: ReadonlyMap<string, unknown>;
  /** Whether some block has prometheus: then the server's own refusals are counted. */
  readonly countsDropped: boolean;
}

/** Buffers of a thread, made by the control thread and outliving the thread. */
export interface ThreadBuffers {
  readonly metrics: SharedArrayBuffer;
  readonly log: SharedArrayBuffer;
  readonly readerIndex: number;
  readonly logLayout: LogLayout;
}

/** Control thread to serving thread. */
export type ToServing =
  /** Names plugins that a configuration will have: loading them takes a while. */
  | { readonly kind: 'load'; readonly plugins: readonly string[] }
  | { readonly kind: 'prepare'; readonly config: ServingConfig }
  | { readonly kind: 'commit'; readonly generation: number }
  | { readonly kind: 'abandon'; readonly generation: number }
  | {
      readonly kind: 'publish';
      readonly generation: number;
      readonly channel: string;
      readonly data: unknown;
    }
  /** Settles a question. */
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly data: unknown;
      readonly error: string | undefined;
    }
  /** Asks for a sign of life, which comes before orders that were given earlier. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'stop' };

/** What a thread carries out in the order of arrival. */
export type ServingOrder = Exclude<ToServing, { readonly kind: 'answer' | 'probe' | 'load' }>;

/** Serving thread to control thread. */
export type FromServing =
  /** Sockets are open and chains built; `error` is the text of the first failure. */
  | { readonly kind: 'prepared'; readonly generation: number; readonly error: string | undefined }
  | { readonly kind: 'committed'; readonly generation: number }
  | { readonly kind: 'series'; readonly announcement: SeriesAnnouncement }
  /** Asks a plugin's control half (ServingContext.ask). */
  | {
      readonly kind: 'question';
      readonly generation: number;
      readonly channel: string;
      readonly id: number;
      readonly data: unknown;
    }
  | { readonly kind: 'probed' }
  | { readonly kind: 'stopped' };

/** The words of the plugins that a configuration has handlers of. */
export function pluginsOf({ blocks }: ServingConfig): string[] {
  return [...new Set(blocks.flatMap(({ handlers }) => handlers.map(({ plugin }) => plugin)))];
}
