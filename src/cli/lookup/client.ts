// Asks one question with dns2. It sends no EDNS, so replies over 512 octets come truncated and are asked for again
// over TCP, as libc does without `options edns0`.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isIPv6, Socket } from 'node:net';
import { type Packet, TCPClient, UDPClient } from 'dns2';

/** Where and how to ask. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly isTcp: boolean;
  readonly timeoutMs: number;
}

/** A reply, or the reason why there is none. */
export type Answer = { readonly packet: Packet } | { readonly failure: string };

/** Asks for `name` (absolute) and a type of dns2's table. Never rejects. */
export async function askOnce(name: string, type: string, upstream: Upstream): Promise<Answer> {
  const { host, port, isTcp, timeoutMs } = upstream;
  if (isTcp && isIPv6(host)) return { failure: 'TCP to an IPv6 server is not supported by dns2' };
  const client = isTcp
    ? TCPClient({ dns: host, port })
    : UDPClient({
        dns: host,
        port,
        timeout: timeoutMs,
        socketType: isIPv6(host) ? 'udp6' : 'udp4',
        retryOverTCP: !isIPv6(host),
      });
  try {
    return { packet: await withTimeout(client(name.replace(/\.$/, ''), type), timeoutMs) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** dns2's TCP client waits for ever by itself. */
function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no reply within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Runs `work` and cuts every TCP connection that was opened meanwhile: dns2 keeps the ones that a silent server leaves
 * open, and the process with them.
 */
export async function closingConnections<T>(work: () => Promise<T>): Promise<T> {
  const opened = new Set<Socket>();
  const note = (message: unknown): void => {
    const { socket } = message as { readonly socket: unknown };
    if (socket instanceof Socket) opened.add(socket);
  };
  subscribe('net.client.socket', note);
  try {
    return await work();
  } finally {
    unsubscribe('net.client.socket', note);
    for (const socket of opened) socket.destroy();
  }
}
