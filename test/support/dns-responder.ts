// A name server for tests on 127.0.0.1, UDP and TCP on one port, that answers as a function says: what notifications and
// transfers talk to.
import dgram from 'node:dgram';
import net from 'node:net';
import { decodeMessage, encodeMessage, type Message } from '../../src/dns/message.ts';

/** The replies to a query; none is silence. Over TCP several may be given. */
export type Respond = (query: Message, isTcp: boolean) => readonly Partial<Message>[];

/** Listens until it is closed. */
export class DnsResponder {
  readonly port: number;
  /** All queries in order of arrival. */
  readonly queries: Message[] = [];
  respond: Respond;
  readonly #udp: dgram.Socket;
  readonly #tcp: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(udp: dgram.Socket, tcp: net.Server, respond: Respond) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.respond = respond;
    this.port = udp.address().port;
    udp.on('message', (bytes, peer) => {
      for (const reply of this.#answer(bytes, false)) udp.send(reply, peer.port, peer.address);
    });
    tcp.on('connection', (socket) => this.#accept(socket));
  }

  static async open(respond: Respond): Promise<DnsResponder> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const udp = dgram.createSocket('udp4');
      await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
      const tcp = net.createServer();
      const isOpen = await new Promise<boolean>((resolve) => {
        tcp.once('error', () => resolve(false));
        tcp.listen(udp.address().port, '127.0.0.1', () => resolve(true));
      });
      if (isOpen) return new DnsResponder(udp, tcp, respond);
      udp.close();
    }
    throw new Error('no port is free for UDP and TCP');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.#udp.close(() => resolve())),
      new Promise<void>((resolve) => this.#tcp.close(() => resolve())),
    ]);
  }

  #accept(socket: net.Socket): void {
    this.#sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        for (const reply of this.#answer(pending.subarray(2, end), true)) {
          const prefix = Buffer.alloc(2);
          prefix.writeUInt16BE(reply.length);
          socket.write(Buffer.concat([prefix, reply]));
        }
        pending = pending.subarray(end);
      }
    });
  }

  #answer(bytes: Uint8Array, isTcp: boolean): Uint8Array[] {
    const query = decodeMessage(Uint8Array.from(bytes));
    if (query === undefined) return [];
    this.queries.push(query);
    return this.respond(query, isTcp).map((reply) =>
      encodeMessage({ ...query, isResponse: true, ...reply }, { compress: false }),
    );
  }
}
