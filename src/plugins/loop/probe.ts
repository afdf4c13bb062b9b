// The probe: a query with a name that nobody can guess, and one exchange of it over UDP. Says only whether something
// answered; what the answer is does not matter.

import { createSocket } from 'node:dgram';
import type { Clock } from '../../base/clock.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { encodeMessage, queryMessage } from '../../dns/message.ts';
import type { Name } from '../../dns/name.ts';
import { randomUint16, randomUint32 } from '../../upstream/random.ts';

/** Where a probe goes. */
export interface ProbeTarget {
  /** Address of this server, '' for one that listens on all. */
  readonly host: string;
  readonly port: number;
}

/** Asks the probe's name of a target; resolves to whether there was a reply. Never rejects. */
export type ProbeExchange = (
  name: Name,
  target: ProbeTarget,
  signal: AbortSignal,
) => Promise<boolean>;

/** CoreDNS's numbers have 62 bits. */
const SURPLUS_BITS = 2n;
const TIMEOUT_MS = 2000;
const ANY_ADDRESS = '127.0.0.1';

/** `2705283301599917177.1115120788371125878.ZONE` with secure random numbers. */
export function randomProbeName(zone: string): string {
  return `${randomNumber()}.${randomNumber()}.${zone === '.' ? '' : zone}`;
}

function randomNumber(): bigint {
  return ((BigInt(randomUint32()) << 32n) | BigInt(randomUint32())) >> SURPLUS_BITS;
}

/** Exchanges by UDP, with CoreDNS's two seconds of patience. */
export function udpExchange(clock: Clock): ProbeExchange {
  return (name, target, signal) =>
    new Promise((resolve) => {
      const host = target.host === '' ? ANY_ADDRESS : target.host;
      const query = probeQuery(name);
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      const timer = clock.setTimeout(() => end(false), TIMEOUT_MS);
      const abort = (): void => end(false);
      let isOpen = true;
      const end = (hasReply: boolean): void => {
        if (!isOpen) return;
        isOpen = false;
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        socket.close();
        resolve(hasReply);
      };
      signal.addEventListener('abort', abort);
      socket.on('error', () => end(false));
      // A datagram that is no reply to this query does not end the wait.
      socket.on('message', (reply) => {
        if (reply[0] === query[0] && reply[1] === query[1]) end(true);
      });
      socket.connect(target.port, host, (error?: Error | null) => {
        if (error) end(false);
        else if (isOpen) socket.send(query);
      });
    });
}

function probeQuery(name: Name): Uint8Array {
  const question = { name, type: RRType.HINFO, class: RRClass.IN };
  const message = queryMessage(question, { id: randomUint16(), recursionDesired: true });
  return encodeMessage(message, { compress: false });
}
