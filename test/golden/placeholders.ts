// The words in braces of the corpus: free ports, addresses, the folder of the server. Put in before something is asked or
// started, and put back into what was observed.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

const PORT_WORDS = /\b(?:PORT|HTTP|DEADPORT|DEADUP)\d?\b/g;
/** Below the kernel's ephemeral ports, so that no outgoing socket of a server takes one. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** This machine's addresses that are not loopback. */
export const LOCAL4: readonly string[] = localAddresses('IPv4');
export const LOCAL6: readonly string[] = localAddresses('IPv6');

const given = new Set<number>();

/** The values of one run. */
export class Placeholders {
  readonly #values = new Map<string, string>([
    ['LOCAL4', LOCAL4[0] ?? '192.0.2.1'],
    ['LOCAL6', LOCAL6[0] ?? '2001:db8::1'],
  ]);

  set(word: string, value: string): void {
    this.#values.set(word, value);
  }

  get(word: string): string | undefined {
    return this.#values.get(word);
  }

  /** Finds a free port for every port word that stands anywhere in `source`, as JSON; PORT has always one. */
  async givePorts(source: unknown): Promise<void> {
    const words = JSON.stringify(source).match(PORT_WORDS) ?? [];
    for (const word of new Set(['PORT', ...words])) {
      if (this.#values.has(word)) continue;
      const port = await freePort();
      this.set(word, word.startsWith('DEADUP') ? `127.0.0.1:${port}` : String(port));
    }
  }

  /** `text` with values in place of words; unknown words stay. */
  fill(text: string): string {
    return text.replace(
      /\{([A-Z]+\d?)\}/g,
      (found, word: string) => this.#values.get(word) ?? found,
    );
  }

  /** The same for every string in a piece of JSON. */
  fillAll<T>(value: T): T {
    return JSON.parse(this.fill(JSON.stringify(value))) as T;
  }

  /** `text` with words in place of values, the longest value first. */
  restore(text: string): string {
    const values = [...this.#values].filter(([word]) => !word.startsWith('LOCAL'));
    values.sort(([, a], [, b]) => b.length - a.length);
    let out = text;
    for (const [word, value] of values) {
      out = out.replace(new RegExp(`(?<![\\w.])${RegExp.escape(value)}(?!\\w)`, 'g'), `{${word}}`);
    }
    return out;
  }
}

async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

async function isFree(port: number): Promise<boolean> {
  const tcp = createServer();
  const udp = createSocket('udp6');
  try {
    tcp.listen(port);
    await once(tcp, 'listening');
    udp.bind(port);
    await once(udp, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    tcp.close();
    udp.close();
  }
}

function localAddresses(family: 'IPv4' | 'IPv6'): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses
    .filter((each) => each.family === family && !each.internal)
    .map((each) => each.address);
}
