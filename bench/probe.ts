// Asks a server for one address again and again, over one socket: when is it up, when does a change show.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeMessage } from '../src/dns/message.ts';
import { queryPacket } from '../test/support/dns-client.ts';

/** A server that is not there yet says nothing; one that is answers within this, or is asked again. */
const REPLY_PATIENCE_MS = 5;

/** One name, one server. */
export class Probe {
  readonly #socket: Socket;
  readonly #packet: Uint8Array;
  #isClosed = false;
  /** Takes any reply: a late one to an earlier query tells as much. */
  #onReply: ((addresses: string) => void) | undefined;

  private constructor(name: string, socket: Socket) {
    this.#packet = queryPacket(name, 'A');
    this.#socket = socket;
    socket.on('message', (bytes) => this.#onReply?.(addressesOf(bytes)));
    // The kernel reports a closed port; it may be open the next time.
    socket.on('error', () => undefined);
  }

  static async open(name: string, port: number): Promise<Probe> {
    const socket = createSocket('udp4');
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Probe(name, socket);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  /** The addresses of the next reply, joined with commas; undefined when there is none in time. */
  ask(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), REPLY_PATIENCE_MS);
      this.#onReply = (addresses) => {
        clearTimeout(timer);
        resolve(addresses);
      };
      this.#socket.send(this.#packet, () => undefined);
    });
  }

  /**
   * Asks until the address is the answer and returns the milliseconds that it took, one round trip at least. Pauses for
   * `pauseMs` after each other answer.
   * @throws Error when it is not the answer within the patience.
   */
  async until(address: string, patienceMs: number, pauseMs: number = 0): Promise<number> {
    const startMs = performance.now();
    while (!this.#isClosed) {
      const addresses = await this.ask();
      const tookMs = performance.now() - startMs;
      if (addresses === address) return tookMs;
      if (tookMs > patienceMs) break;
      if (addresses !== undefined && pauseMs > 0) await wait(pauseMs);
    }
    throw new Error(`no answer ${address} within ${patienceMs} ms`);
  }
}

function addressesOf(bytes: Uint8Array): string {
  const reply = decodeMessage(bytes);
  return reply === undefined ? '' : reply.answer.map(({ rdata }) => rdata.join('.')).join(',');
}
