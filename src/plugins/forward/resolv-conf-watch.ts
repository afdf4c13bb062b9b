// Follows the resolv.conf files among the upstreams of one stanza: looks at them every few seconds and publishes the upstreams
// when they have become others. A file that is gone, empty or wrong changes nothing and is complained about once. CoreDNS
// reads these files once a configuration.

import { quote } from '../../base/go-text.ts';
import { parseIp } from '../../base/ip.ts';
import { Poll } from '../../base/poll.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Instance } from '../../plugin/control.ts';
import { readZoneFile } from '../../zone/zone-files.ts';
import { targetText } from './target.ts';
import { checkCount, fileSource, nameservers, type TargetSource, targetsOf } from './targets.ts';

/** Milliseconds between two looks. */
const LOOK_EVERY_MS = 5000;

/** What is watched. */
export interface ResolvConfWatchOptions {
  /** The zone that is forwarded, for the log. */
  readonly from: string;
  /** What the arguments came to when the configuration was loaded. */
  readonly sources: readonly TargetSource[];
  /** The option tls_servername; '' without one. */
  readonly tlsServerName: string;
  /** Where the handlers listen: each value is the whole list, `readonly Target[]`. */
  readonly channel: string;
}

/** The files of one stanza. */
export class ResolvConfWatch {
  readonly #options: ResolvConfWatchOptions;
  readonly #instance: Instance;
  readonly #log: Logger;
  readonly #poll: Poll;
  /** The last that were good. */
  #sources: readonly TargetSource[];
  /** The list in force. */
  #text: string;
  /** What the last look complained about, by file; '' for the list as a whole. */
  readonly #problems = new Map<string, string>();

  constructor(options: ResolvConfWatchOptions, instance: Instance) {
    this.#options = options;
    this.#instance = instance;
    this.#log = pluginLogger(instance.log, 'forward');
    this.#poll = new Poll(instance.clock);
    this.#sources = options.sources;
    this.#text = targetsOf(options.sources, options.tlsServerName).map(targetText).join(', ');
  }

  /** Starts looking. */
  start(): void {
    this.#poll.start(
      () => this.check(),
      () => LOOK_EVERY_MS,
    );
  }

  /** Looks no more. */
  stop(): void {
    this.#poll.stop();
  }

  /** Reads the files once; never rejects, problems go to the log. */
  async check(): Promise<void> {
    const sources = await Promise.all(this.#sources.map((source) => this.#read(source)));
    if (this.#poll.isStopped) return;
    try {
      this.#adopt(sources);
      this.#problems.delete('');
    } catch (error) {
      this.#complain('', error);
    }
  }

  /** What the argument comes to now, or what it came to when its file was last good. */
  async #read(source: TargetSource): Promise<TargetSource> {
    const { file } = source;
    if (file === undefined) return source;
    try {
      const hosts = checkedNameservers(file, await readZoneFile(file));
      this.#problems.delete(file);
      return fileSource(file, hosts);
    } catch (error) {
      this.#complain(file, error);
      return source;
    }
  }

  /** Publishes the upstreams if they are others. Throws CorefileError when they cannot all be taken. */
  #adopt(sources: readonly TargetSource[]): void {
    const { from, tlsServerName, channel } = this.#options;
    const upstreams = targetsOf(sources, tlsServerName);
    checkCount(upstreams);
    this.#sources = sources;
    const text = upstreams.map(targetText).join(', ');
    if (text === this.#text) return;
    this.#text = text;
    this.#instance.publish(channel, upstreams);
    this.#log.info(`Upstreams of ${from} are now ${text}`);
  }

  #complain(file: string, error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (this.#poll.isStopped || this.#problems.get(file) === problem) return;
    this.#problems.set(file, problem);
    this.#log.warning(`Keeping the upstreams of ${this.#options.from}: ${problem}`);
  }
}

/** At the start CoreDNS takes any word for an address; here the alternative is a list that works. */
function checkedNameservers(file: string, text: string): string[] {
  const hosts = nameservers(text);
  if (hosts.length === 0) throw new Error(`no nameserver in ${file}`);
  const wrong = hosts.find((host) => parseIp(host.replace(/%.*$/s, '')) === undefined);
  if (wrong !== undefined) throw new Error(`${quote(wrong)} in ${file} is not an IP address`);
  return hosts;
}
