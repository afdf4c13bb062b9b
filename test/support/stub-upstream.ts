// A DNS server for tests of outgoing queries: UDP and TCP on one port of 127.0.0.1, answers by a function. Remembers what it
// was asked and from where.
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { decodeMessage, encodeMessage, type Message } from '../../src/dns/message.ts';

export type Network = 'udp' | 'tcp';

/** What to send back: a message, bytes as they are, several of them, or nothing. */
export type StubAnswer = Message | Uint8Array | readonly (Message | Uint8Array)[] | undefined;

/** One query that came. */
export interface Seen {
  readonly query: Message;
  readonly network: Network;
  /** The port of the sender. */
  readonly port: number;
}

/** A reply that repeats the query's ID and question. */
export function replyTo(query: Message, fields: Partial<Message> = {}): Message {
  return { ...query, isResponse: true, recursionAvailable: true, edns: undefined, ...fields };
}

export class StubUpstream {
  readonly seen: Seen[] = [];
  /** How it answers; may be changed at any time. */
  answer: (query: Message, network: Network) => StubAnswer | Promise<StubAnswer>;
  port = 0;
  /** TCP connections that were accepted. */
  accepted = 0;
  readonly connections: Set<Socket> = new Set();
  #udp: DatagramSocket = createSocket('udp4');
  #tcp: Server = createServer((socket) => this.#serve(socket));

  constructor(answer: StubUpstream['answer'] = (query) => replyTo(query)) {
    this.answer = answer;
  }

  /** Opens both sockets; tries again while the TCP port of the UDP socket is taken. */
  async start(): Promise<this> {
    for (let attempt = 0; attempt < 20; attempt++) {
      this.#udp = createSocket('udp4');
      this.#udp.bind(0, '127.0.0.1');
      await once(this.#udp, 'listening');
      this.port = (this.#udp.address() as AddressInfo).port;
      this.#tcp.listen(this.port, '127.0.0.1');
      const isOpen = await once(this.#tcp, 'listening').then(
        () => true,
        () => false,
      );
      if (isOpen) break;
      this.#udp.close();
    }
    this.#udp.on('message', (bytes, from) => {
      void this.#answerTo(bytes, 'udp', from.port, (reply) =>
        this.#udp.send(reply, from.port, from.address),
      );
    });
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    this.#udp.close();
    this.#tcp.close();
    await Promise.all([once(this.#udp, 'close'), once(this.#tcp, 'close')]);
  }

  #serve(socket: Socket): void {
    this.accepted++;
    this.connections.add(socket);
    socket.on('close', () => this.connections.delete(socket));
    socket.on('error', () => {});
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const query = received.subarray(2, end);
        received = received.subarray(end);
        void this.#answerTo(query, 'tcp', socket.remotePort ?? 0, (reply) => {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(reply.length);
          socket.write(Buffer.concat([length, reply]));
        });
      }
    });
  }

  async #answerTo(
    bytes: Uint8Array,
    network: Network,
    port: number,
    send: (reply: Uint8Array) => void,
  ): Promise<void> {
    const query = decodeMessage(Uint8Array.from(bytes));
    if (query === undefined) return;
    this.seen.push({ query, network, port });
    const answer = await this.answer(query, network);
    if (answer === undefined) return;
    const isMany = Array.isArray(answer);
    for (const each of isMany ? answer : [answer as Message | Uint8Array]) {
      send(each instanceof Uint8Array ? each : encodeMessage(each as Message, { compress: true }));
    }
  }
}

/** A port of 127.0.0.1 where nothing listens, neither UDP nor TCP. */
export async function deadPort(): Promise<number> {
  const stub = await new StubUpstream().start();
  await stub.stop();
  return stub.port;
}
