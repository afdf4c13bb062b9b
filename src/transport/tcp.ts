// DNS over TCP (RFC 7766) by node:net: two-octet length prefix, bytes in and out. One query at a time per
// connection, pipelined queries are answered in order, as CoreDNS (miekg/dns server.go) does.

import net from 'node:net';
import { joinHostPort, listenErrorText, plainAddress } from './listen-error.ts';

/** Limits of the connections of a listener; times in milliseconds. */
export interface TcpLimits {
  /** From accept to the end of the first query. */
  readonly readTimeoutMs: number;
  /** From a reply to the end of the next query. */
  readonly idleTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** Queries a connection, -1 without limit. */
  readonly maxQueries: number;
}

/** The client's end of a connection. */
export interface TcpPeer {
  readonly address: string;
  readonly port: number;
  /** The address that the client connected to. */
  readonly localAddress: string;
}

/** Writes one message (without prefix) to the client. */
export type TcpSend = (reply: Uint8Array) => void;

/**
 * Called for each message. Resolves (or returns) when the query is dealt with; `send` may be called any number
 * of times before (zone transfers send several messages).
 */
export type TcpReceiver = (data: Uint8Array, peer: TcpPeer, send: TcpSend) => void | Promise<void>;

/** Loads what the first listener needs of Node, for a thread that has nothing else to do yet. */
export function loadListening(): void {
  process.getBuiltinModule('node:net');
  // Only looked at by node:net, when it listens.
  process.getBuiltinModule('node:cluster');
}

/** A listening socket and its connections. */
export class TcpListener {
  readonly #server: net.Server;
  readonly #connections = new Set<TcpConnection>();
  #limits: TcpLimits;

  private constructor(server: net.Server, limits: TcpLimits) {
    this.#server = server;
    this.#limits = limits;
  }

  /** Listens on `host` ('' = every address) with SO_REUSEPORT. Rejects with Go's text. */
  static async open(
    host: string,
    port: number,
    limits: TcpLimits,
    receive: TcpReceiver,
  ): Promise<TcpListener> {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true });
    const listener = new TcpListener(server, limits);
    server.on('connection', (socket) => listener.#accept(socket, receive));
    try {
      await listen(server, host, port);
    } catch (error) {
      throw new Error(listenErrorText('tcp', joinHostPort(host, port), error));
    }
    server.on('error', () => undefined);
    return listener;
  }

  /** Port that is bound, also when 0 was asked for. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Limits for connections accepted from now on. */
  setLimits(limits: TcpLimits): void {
    this.#limits = limits;
  }

  /** Stops accepting, ends idle connections; busy ones end after their reply. */
  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const connection of this.#connections) connection.finish();
    await closed;
  }

  /** Cuts all connections. */
  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #accept(socket: net.Socket, receive: TcpReceiver): void {
    const connection = new TcpConnection(socket, this.#limits, receive);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }
}

function listen(server: net.Server, host: string, port: number): Promise<void> {
  // Without a host, Node takes IPv6 and IPv4 in one socket, and IPv4 alone where the kernel has no IPv6; it looks no host up then.
  const place = host === '' ? { port } : { host, port };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...place, reusePort: true, exclusive: true, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Unread octets after which a connection is not read further until its queries are answered. */
const HIGH_WATER_OCTETS = 256 * 1024;

class TcpConnection {
  readonly #socket: net.Socket;
  readonly #limits: TcpLimits;
  readonly #receive: TcpReceiver;
  readonly #peer: TcpPeer;
  #pending: Buffer = Buffer.alloc(0);
  #deadline: NodeJS.Timeout | undefined;
  #queries = 0;
  #isBusy = false;
  #isFinishing = false;
  #onDrained: (() => void) | undefined = undefined;
  /** Our end is closed: nothing that still arrives is answered. */
  #isEnded = false;

  constructor(socket: net.Socket, limits: TcpLimits, receive: TcpReceiver) {
    this.#socket = socket;
    this.#limits = limits;
    this.#receive = receive;
    this.#peer = {
      address: plainAddress(socket.remoteAddress ?? ''),
      port: socket.remotePort ?? 0,
      localAddress: plainAddress(socket.localAddress ?? ''),
    };
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.finish());
    socket.on('error', () => socket.destroy());
    socket.on('drain', () => this.#onDrained?.());
    socket.on('close', () => this.#close());
    this.#waitFor(limits.readTimeoutMs);
  }

  /** Answers what has arrived, then ends the connection. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isBusy) this.#end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#pending = Buffer.alloc(0);
    this.#socket.end();
    // What still comes is read and thrown away: closing with unread octets would reset the connection, and the client
    // might lose the last reply.
    this.#socket.resume();
    // A peer that never closes its side must not hold the descriptor.
    this.#waitFor(this.#limits.writeTimeoutMs);
  }

  #close(): void {
    this.#isEnded = true;
    clearTimeout(this.#deadline);
    this.#onDrained?.();
  }

  #waitFor(milliseconds: number): void {
    clearTimeout(this.#deadline);
    if (!this.#socket.destroyed) {
      this.#deadline = setTimeout(() => this.#socket.destroy(), milliseconds);
    }
  }

  #read(chunk: Buffer): void {
    if (this.#isEnded) return;
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (this.#pending.length > HIGH_WATER_OCTETS) this.#socket.pause();
    if (!this.#isBusy) {
      this.#answerPending().catch((error: unknown) => {
        this.#socket.destroy();
        // A receiver throws only where it means the thread to see it (plugin debug).
        throw error;
      });
    }
  }

  /** The next whole message, taken off the front of what has arrived. */
  #takeMessage(): Buffer | undefined {
    if (this.#pending.length < 2) return undefined;
    const end = 2 + this.#pending.readUInt16BE(0);
    if (this.#pending.length < end) return undefined;
    const message = this.#pending.subarray(2, end);
    this.#pending = this.#pending.subarray(end);
    return message;
  }

  async #answerPending(): Promise<void> {
    this.#isBusy = true;
    for (let message = this.#takeMessage(); message !== undefined; message = this.#takeMessage()) {
      clearTimeout(this.#deadline);
      await this.#answer(message);
      this.#queries += 1;
      if (this.#queries === this.#limits.maxQueries) this.#isFinishing = true;
      if (this.#queries === this.#limits.maxQueries || this.#socket.destroyed) break;
      this.#waitFor(this.#limits.idleTimeoutMs);
    }
    this.#isBusy = false;
    if (this.#isFinishing) this.#end();
    else this.#socket.resume();
  }

  async #answer(message: Uint8Array): Promise<void> {
    let isDrained = true;
    const late = this.#receive(message, this.#peer, (reply) => {
      if (this.#isEnded) return;
      const prefix = Buffer.allocUnsafe(2);
      prefix.writeUInt16BE(reply.length);
      isDrained = this.#socket.write(Buffer.concat([prefix, reply]));
    });
    if (late !== undefined) await late;
    if (!isDrained && !this.#isEnded) await this.#drained();
  }

  /** Resolves when the client has taken what was written, or is gone. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#waitFor(this.#limits.writeTimeoutMs);
      this.#onDrained = resolve;
    });
  }
}
