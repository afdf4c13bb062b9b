// A UDP client for tests of transports: bytes, nothing of DNS.

import dgram from 'node:dgram';

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
