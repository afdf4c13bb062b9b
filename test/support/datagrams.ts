// A UDP client and a UDP server for tests of sockets: bytes, nothing of DNS.

import dgram from 'node:dgram';
import { once } from 'node:events';

/** Sends one datagram from a socket of its own; the first reply, with the address that it came from. */
export function exchange(
  port: number,
  host: string,
  text: string,
): Promise<{ text: string; from: string }> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('message', (data, remote) => {
      socket.close();
      resolve({ text: data.toString(), from: remote.address });
    });
    socket.send(text, port, host);
  });
}

/** Sends every datagram back. */
export class EchoServer {
  readonly port: number;
  readonly #socket: dgram.Socket;

  private constructor(socket: dgram.Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  static async start(): Promise<EchoServer> {
    const socket = dgram.createSocket('udp4', (data, from) =>
      socket.send(data, from.port, from.address),
    );
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.setRecvBufferSize(1 << 20);
    return new EchoServer(socket);
  }

  stop(): Promise<void> {
    return new Promise((done) => this.#socket.close(() => done()));
  }
}
