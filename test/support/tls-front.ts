// TLS in front of a stub upstream: takes connections on a port of its own and passes what is inside on to the stub's TCP
// port. Knows how many handshakes there were and which of them resumed a session.

import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';

export class TlsFront {
  readonly #server: Server;
  readonly connections: Set<TLSSocket> = new Set();
  /** Handshakes that were brought to their end. */
  accepted = 0;
  resumed = 0;
  /** What the last client asked for by SNI; false for nothing. */
  serverName: string | false | null = null;

  /** `port` is the stub's. */
  constructor(port: number, options: TlsOptions) {
    this.#server = createServer(options, (outside) => this.#serve(outside, port));
    this.#server.on('tlsClientError', () => undefined);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(outside: TLSSocket, port: number): void {
    this.accepted++;
    if (outside.isSessionReused()) this.resumed++;
    this.serverName = outside.servername;
    this.connections.add(outside);
    const inside: Socket = connect(port, '127.0.0.1');
    const end = (): void => {
      this.connections.delete(outside);
      outside.destroy();
      inside.destroy();
    };
    for (const socket of [outside, inside]) socket.on('error', end).on('close', end);
    outside.pipe(inside).pipe(outside);
  }
}
