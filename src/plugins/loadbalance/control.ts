// Keeps the weights of one file current: reads it at the start and then every `reload`, and publishes what has changed
// (CoreDNS: plugin/loadbalance/weighted.go, updateWeights). A file that is wrong changes nothing after the start.

import { readFile } from 'node:fs/promises';
import { formatDuration } from '../../base/duration.ts';
import { Poll } from '../../base/poll.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Instance } from '../../plugin/control.ts';
import { parseWeights } from './weights.ts';

/** What is watched. */
export interface WeightFileOptions {
  readonly fileName: string;
  /** Milliseconds; 0 or less reads once. */
  readonly reloadMs: number;
  /** Where the handlers listen for weights. */
  readonly channel: string;
}

/** The file could not be opened; it may come later. */
class OpenError extends Error {}

/** One weight file. */
export class WeightFile {
  readonly #options: WeightFileOptions;
  readonly #instance: Instance;
  readonly #log: Logger;
  readonly #poll: Poll;
  #text: string | undefined = undefined;

  constructor(options: WeightFileOptions, instance: Instance) {
    this.#options = options;
    this.#instance = instance;
    this.#log = pluginLogger(instance.log, 'loadbalance');
    this.#poll = new Poll(instance.clock);
  }

  /** Reads the file and starts to watch it. Rejects for a wrong file, and for a missing one that nobody would look for again. */
  async start(): Promise<void> {
    const { reloadMs } = this.#options;
    try {
      await this.#update();
    } catch (error) {
      const text = messageOf(error);
      const isAwaited = error instanceof OpenError && reloadMs !== 0;
      if (!isAwaited) throw new Error(`plugin/loadbalance: ${text}`, { cause: error });
      const again = `Will try again in ${formatDuration(reloadMs)}`;
      this.#log.warning(`Failed to open weight file:${text}. ${again}`);
    }
    this.#poll.start(
      () => this.check(),
      () => reloadMs,
    );
  }

  /** Reads the file again; never rejects, problems go to the log. */
  async check(): Promise<void> {
    try {
      await this.#update();
    } catch (error) {
      this.#log.error(messageOf(error));
    }
  }

  /** Looks no more. */
  stop(): void {
    this.#poll.stop();
  }

  async #update(): Promise<void> {
    const { fileName, channel } = this.#options;
    const text = await readText(fileName);
    if (text === this.#text || this.#poll.isStopped) return;
    // A text that is wrong is complained about once.
    this.#text = text;
    const weights = parseWeights(text, fileName);
    if (typeof weights === 'string') throw new Error(weights);
    this.#instance.publish(channel, weights);
    this.#log.info(`Successfully reloaded weight file ${fileName}`);
  }
}

async function readText(fileName: string): Promise<string> {
  try {
    return await readFile(fileName, 'utf8');
  } catch (error) {
    const isFolder = error instanceof Error && 'code' in error && error.code === 'EISDIR';
    if (isFolder) throw new Error(`read ${fileName}: is a directory`, { cause: error });
    throw new OpenError('weight file open error', { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
