// A raw TCP client for tests: writes octets as they are and waits for events: so many frames, the end, the close.

import net from 'node:net';

/** One message with its two-octet length (RFC 1035 section 4.2.2). */
export function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return Buffer.concat([prefix, message]);
}

/** A connection of a test. */
export class TcpClient {
  readonly socket: net.Socket;
  readonly #watchers = new Set<() => void>();
  #received = Buffer.alloc(0);
  /** Whether the server closed its side, and whether it did so by a reset. */
  hasEnded = false;
  wasReset = false;
  isClosed = false;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#look();
    });
    socket.on('end', () => {
      this.hasEnded = true;
      this.#look();
    });
    socket.on('error', () => {
      this.wasReset = true;
    });
    socket.on('close', () => {
      this.isClosed = true;
      this.#look();
    });
  }

  /** Connects to 127.0.0.1; the client's side stays open when the server ends. */
  static connect(port: number, options: { readonly host?: string } = {}): Promise<TcpClient> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({
        port,
        host: options.host ?? '127.0.0.1',
        allowHalfOpen: true,
        noDelay: true,
      });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new TcpClient(socket));
      });
    });
  }

  /** Whole frames that have arrived, without their lengths. */
  get frames(): Buffer[] {
    const frames: Buffer[] = [];
    let rest = this.#received;
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      frames.push(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
    return frames;
  }

  /** Resolves when `count` frames are there; the frames. Rejects when the connection closes before. */
  async received(count: number): Promise<Buffer[]> {
    await this.#until(() => this.frames.length >= count || this.isClosed);
    if (this.frames.length < count) throw new Error(`closed after ${this.frames.length} frames`);
    return this.frames;
  }

  /** Resolves when the server has closed its side, in order or by a reset. */
  ended(): Promise<void> {
    return this.#until(() => this.hasEnded || this.isClosed);
  }

  /** Resolves when the connection is gone altogether. */
  closed(): Promise<void> {
    return this.#until(() => this.isClosed);
  }

  #until(isThere: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isThere()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  #look(): void {
    for (const watch of [...this.#watchers]) watch();
  }
}
