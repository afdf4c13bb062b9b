// The life of the process: first start, reloads that change nothing when they fail, and the end. Order of events
// and log lines follow caddy.go (Start, Restart, Stop) and CoreDNS's coremain/run.go.

import type { Logger } from '../log/logger.ts';
import type { Configuration, Hook } from '../plugin/control.ts';
import { bannerLines } from './banner.ts';
import {
  type CorefileText,
  corefileHash,
  type LoaderContext,
  loadCorefile,
} from './corefile-loader.ts';
import { type InstanceServices, type LoadedInstance, loadInstance } from './instance.ts';
import type { ServingThreads } from './serving-threads.ts';

/** What a supervisor drives. */
export interface SupervisorContext {
  readonly services: Omit<InstanceServices, 'configuration'>;
  readonly loader: LoaderContext;
  readonly threads: ServingThreads;
  /** Reads the Corefile anew; throws an Error with CoreDNS's text. */
  readonly readCorefile: () => CorefileText;
}

/** Runs one instance after the other. Calls must not overlap, except that `shutdown` may come at any time. */
export class Supervisor {
  readonly #context: SupervisorContext;
  readonly #log: Logger;
  #generation = 0;
  #running: LoadedInstance | undefined;
  #reloading: Promise<boolean> = Promise.resolve(true);
  #isEnding = false;

  constructor(context: SupervisorContext) {
    this.#context = context;
    this.#log = context.services.log;
  }

  /** Loads and starts the first instance; resolves to its banner. Rejects with the text that ends the start. */
  async start(source: CorefileText): Promise<readonly string[]> {
    // It begins to run while the Corefile is loaded.
    this.#context.threads.grow(1);
    const loaded = await this.#load(source);
    this.#context.threads.load(loaded.config);
    await runHooks(loaded.instance.hooks.startup);
    await this.#serve(loaded);
    this.#running = loaded;
    return bannerLines(loaded.config.listeners);
  }

  /** Runs the hooks that wait for open sockets. */
  async afterStart(): Promise<void> {
    await runHooks(this.#running?.instance.hooks.started ?? []);
  }

  /** Whether some listener is there: `bind` may have excepted all addresses. */
  get hasListeners(): boolean {
    return (this.#running?.config.listeners.length ?? 0) > 0;
  }

  /**
   * Reads the Corefile again and swaps. `trigger` is the signal's or plugin's word in log lines. Never rejects: resolves to
   * whether it worked.
   */
  reload(trigger: string): Promise<boolean> {
    this.#reloading = this.#reloading.then(() => this.#reload(trigger));
    return this.#reloading;
  }

  async #reload(trigger: string): Promise<boolean> {
    const old = this.#running;
    if (old === undefined || this.#isEnding) return false;
    let source: CorefileText;
    try {
      source = this.#context.readCorefile();
    } catch (error) {
      this.#log.error(`${trigger}: loading updated Caddyfile: ${messageOf(error)}`);
      return false;
    }
    this.#log.info('Reloading');
    try {
      await this.#replace(old, source);
      return true;
    } catch (error) {
      this.#log.error(`Restart failed: ${messageOf(error)}`);
      this.#log.error(`${trigger}: starting with listener file descriptors: ${messageOf(error)}`);
      return false;
    }
  }

  /** Starts the new instance beside the old one; the old one goes on when that fails. */
  async #replace(old: LoadedInstance, source: CorefileText): Promise<void> {
    const { hooks } = old.instance;
    let loaded: LoadedInstance | undefined;
    try {
      await runHooks(hooks.restart);
      loaded = await this.#load(source);
      this.#context.threads.load(loaded.config);
      await runHooks(loaded.instance.hooks.startup);
      await this.#serve(loaded);
    } catch (error) {
      await runAllHooks(loaded?.instance.hooks.shutdown ?? []);
      await runAllHooks(hooks.restartFailed);
      throw error;
    }
    this.#running = loaded;
    await runAllHooks(hooks.shutdown);
    await runAllHooks(loaded.instance.hooks.started);
    this.#log.info('Reloading complete');
  }

  /**
   * The hooks of the end of the process; DNS goes on being answered meanwhile (lameduck). No reload begins any more.
   * Resolves to the texts of what failed.
   */
  async finalShutdown(): Promise<readonly string[]> {
    this.#isEnding = true;
    return await runAllHooks(this.#running?.instance.hooks.finalShutdown ?? []);
  }

  /** Ends the serving threads after what they answer, then the rest. */
  async stop(): Promise<void> {
    await this.#context.threads.stop();
    await runAllHooks(this.#running?.instance.hooks.shutdown ?? []);
  }

  async #load(source: CorefileText): Promise<LoadedInstance> {
    const blocks = loadCorefile(source, this.#context.loader);
    this.#generation += 1;
    return await loadInstance(blocks, this.#generation, {
      ...this.#context.services,
      configuration: this.#configuration(source),
    });
  }

  #configuration(source: CorefileText): Configuration {
    const { loader, readCorefile } = this.#context;
    return {
      loadedHash: () => corefileHash(source, loader),
      currentHash: () => corefileHash(readCorefile(), loader),
      reload: (trigger) => this.reload(trigger),
    };
  }

  async #serve(loaded: LoadedInstance): Promise<void> {
    const { threads } = this.#context;
    threads.grow(loaded.threads);
    await threads.prepare(loaded.config);
    await threads.commit(loaded.config);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function runHooks(hooks: readonly Hook[]): Promise<void> {
  for (const hook of hooks) await hook();
}

/** Runs every hook, also after one has failed: ending one thing must not keep the others open. Resolves to the failures. */
async function runAllHooks(hooks: readonly Hook[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const hook of hooks) {
    try {
      await hook();
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  return failures;
}
