// The control half of a plugin: setup from Corefile tokens, run once per server block and configuration on
// the control thread, and the hooks that it leaves behind (CoreDNS: setup.go, caddy.Controller).

import type { Clock } from '../base/clock.ts';
import type { Dispenser } from '../corefile/dispenser.ts';
import type { ServerKey } from '../corefile/server-key.ts';
import type { Logger } from '../log/logger.ts';
import type { MetricsRegistry } from '../metrics/registry.ts';
import type { MetricsWriter } from '../metrics/writer.ts';

/** A task of an instance's life; a rejection of a startup hook ends the start with its message. */
export type Hook = () => void | Promise<void>;

/**
 * Moments in the life of an instance (one loaded Corefile), each a list run in order of registration:
 * `startup` before the DNS sockets open, `started` after they are open; `restart` when a new instance is about
 * to start, `restartFailed` when it could not; `shutdown` when this instance ends; `finalShutdown` before
 * that when the process ends (lameduck sleeps here).
 */
export class Hooks {
  readonly startup: Hook[] = [];
  readonly started: Hook[] = [];
  readonly restart: Hook[] = [];
  readonly restartFailed: Hook[] = [];
  readonly shutdown: Hook[] = [];
  readonly finalShutdown: Hook[] = [];
}

/** Answers /ready for one plugin. */
export type Readiness = () => boolean;

/** The Corefile as plugin reload sees it. */
export interface Configuration {
  /** SHA-512 in hex over the parsed blocks that this instance was loaded from (corefile/hash-input.ts). */
  readonly loadedHash: () => string;
  /** The same of the Corefile as it is now, imports and environment included. Throws when it cannot be read or parsed. */
  readonly currentHash: () => string;
  /** Loads the Corefile anew and swaps. `trigger` begins the log line of a failure. Resolves to whether it worked. */
  readonly reload: (trigger: string) => Promise<boolean>;
}

/** What all server blocks of one configuration share. */
export interface Instance {
  readonly log: Logger;
  readonly clock: Clock;
  readonly hooks: Hooks;
  readonly metrics: MetricsRegistry;
  /** Series of the control thread itself. */
  readonly controlMetrics: MetricsWriter;
  /** Folder that holds the Corefile: relative file names of most plugins count from the working folder instead. */
  readonly corefilePath: string;
  readonly configuration: Configuration;
  /** Product name with version, `Nodens-0.1.0` (plugin chaos). */
  readonly product: string;
  /** Readiness by plugin name; the last one registered for a name wins (plugin/ready). */
  readonly readiness: Map<string, Readiness>;
  /** Values that plugins of one instance share, by key (listeners of health, ready, prometheus by address). */
  readonly shared: Map<string, unknown>;
  /** Set up by `nodens check`: nothing will be started, and the machine need not be a pod. */
  readonly isCheck: boolean;
  /** Whether this is the first instance of the process (no reload). */
  readonly isFirst: boolean;
  /**
   * Hands a value to the subscribers of `channel` in every serving thread of this instance, also in those that
   * start later (ServingContext.subscribe). Structured-clonable; the last value of a channel is kept.
   */
  publish(channel: string, data: unknown): void;
  /**
   * Whether every serving thread has answered the control thread in the last five seconds; true before any of them serves
   * (plugin health).
   */
  threadsAnswer(): boolean;
  /** A channel name that no other block of this instance has. */
  newChannel(plugin: string): string;
  /**
   * Answers what serving threads ask on `channel` (ServingContext.ask). Question and answer are structured-clonable; a
   * throw rejects at the asker's.
   */
  answer(channel: string, respond: (question: unknown) => unknown): void;
}

/** Settings of a block that are no handlers. */
export interface BlockSettings {
  /** Listen addresses (plugin bind); [''] is the wildcard. */
  bindAddresses: string[];
  isDebug: boolean;
  /** errors { stacktrace }. */
  hasStacktrace: boolean;
  /** Sockets an address, which is serving threads (plugin multisocket). */
  sockets: number;
  /** Folder of relative zone files (plugin root), '' for the working folder. */
  root: string;
  /** Milliseconds (plugin timeouts); undefined leaves it to other blocks on the same address. */
  readTimeoutMs: number | undefined;
  writeTimeoutMs: number | undefined;
  idleTimeoutMs: number | undefined;
  /** Queries a TCP connection, -1 without limit; undefined as above. */
  maxTcpQueries: number | undefined;
  /** Whether classes other than IN reach the chain (plugins chaos and forward). */
  acceptsOtherClasses: boolean;
  /** Name of the block's view (plugin view), '' without one: a label of metrics. */
  view: string;
}

/** One server block while its plugins are set up. */
export interface BlockSetup {
  readonly keys: readonly ServerKey[];
  /** Zones of the keys: lower case, absolute, in Corefile order. */
  readonly zones: readonly string[];
  readonly settings: BlockSettings;
  readonly instance: Instance;
  /** Values that plugins of this block share, by key: abilities asked by interface (zone-notifier.ts). */
  readonly shared: Map<string, unknown>;
  /** Whether the block names this plugin. */
  has(plugin: string): boolean;
  /** Words of the block's handlers in chain order; complete when startup hooks run (coredns_plugin_enabled). */
  handlers(): readonly string[];
}

/** The control half of a plugin. */
export interface ControlPlugin {
  readonly name: string;
  /** False for words that put no handler into the chain (bind, health...): not in coredns_plugin_enabled. */
  readonly isHandler: boolean;
  /**
   * Reads all occurrences of the directive in one block. Returns the plain options of each handler to put in
   * the chain, in order. Throws CorefileError (`plugin/NAME: ` is added by the caller).
   */
  setup(dispenser: Dispenser, block: BlockSetup): readonly unknown[] | Promise<readonly unknown[]>;
}

/** Finds control halves by Corefile word; loading one may take a moment. */
export interface ControlRegistry {
  get(word: string): ControlPlugin | undefined | Promise<ControlPlugin | undefined>;
}
