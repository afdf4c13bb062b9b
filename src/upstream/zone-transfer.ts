// Fetches a whole zone from a primary over TCP (AXFR, RFC 5936): the client's side of a transfer. Checks only the frame of
// it, as miekg/dns does; whether the records make a zone is the asker's business.

import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '../base/clock.ts';
import { Opcode } from '../dns/codes/opcode.ts';
import { Rcode } from '../dns/codes/rcode.ts';
import { RRClass } from '../dns/codes/rr-class.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import { decodeMessage, type Message } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { addressText, joinHostPort, portNumber, type UpstreamAddress } from './address.ts';
import { closedError, systemError, timeoutError, upstreamError } from './network-error.ts';
import { randomUint16 } from './random.ts';
import { queryWire } from './single-query.ts';

/** What came of a transfer. */
export type TransferOutcome =
  /** All records, the SOA first and last. */
  | { readonly kind: 'zone'; readonly records: readonly ResourceRecord[] }
  /** `isSetup`: no connection; otherwise it broke off, or the primary does not want to. */
  | { readonly kind: 'failed'; readonly isSetup: boolean; readonly error: Error };

/** Longest wait for a connection, and for each message. */
const TIMEOUT_MS = 2000;
const LENGTH_OCTETS = 2;

/** Fetches a zone; never rejects. `signal` breaks it off. */
export function fetchZone(
  zone: Name,
  address: UpstreamAddress,
  clock: Clock,
  signal: AbortSignal,
): Promise<TransferOutcome> {
  return new Promise((settle) => {
    new ZoneFetch({ zone, address, clock }, settle).start(signal);
  });
}

interface FetchOptions {
  readonly zone: Name;
  readonly address: UpstreamAddress;
  readonly clock: Clock;
}

/** One connection for one zone. */
class ZoneFetch {
  readonly #options: FetchOptions;
  readonly #settle: (outcome: TransferOutcome) => void;
  readonly #id = randomUint16();
  readonly #records: ResourceRecord[] = [];
  #socket: Socket | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #received: Uint8Array = new Uint8Array(0);
  #local: string | undefined = undefined;
  #isDone = false;

  constructor(options: FetchOptions, settle: (outcome: TransferOutcome) => void) {
    this.#options = options;
    this.#settle = settle;
  }

  start(signal: AbortSignal): void {
    const { host, port: text } = this.#options.address;
    const port = portNumber(text, 'tcp');
    if (typeof port === 'string') {
      this.#fail(upstreamError(port));
      return;
    }
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    this.#expectProgress();
    socket.on('connect', () => this.#ask(socket));
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(systemError(this.#operation(), error)));
    socket.on('close', () => this.#fail(closedError()));
    signal.addEventListener('abort', () => this.#fail(closedError()), { once: true });
  }

  #operation(): Parameters<typeof systemError>[0] {
    const remote = addressText(this.#options.address);
    const word = this.#local === undefined ? 'dial' : 'read';
    return { word, network: 'tcp', local: this.#local, remote };
  }

  /** Sets the time anew by which something must come. */
  #expectProgress(): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#fail(timeoutError(this.#operation())), TIMEOUT_MS);
  }

  #ask(socket: Socket): void {
    this.#local = joinHostPort(socket.localAddress ?? '', socket.localPort ?? 0);
    this.#expectProgress();
    const wire = queryWire({
      question: { name: this.#options.zone, type: RRType.AXFR, class: RRClass.IN },
      opcode: Opcode.QUERY,
      isAuthoritative: false,
      isRecursionDesired: false,
    });
    const frame = new Uint8Array(LENGTH_OCTETS + wire.length);
    const view = new DataView(frame.buffer);
    frame.set(wire, LENGTH_OCTETS);
    view.setUint16(0, wire.length);
    view.setUint16(LENGTH_OCTETS, this.#id);
    socket.write(frame);
  }

  /** Takes whole messages off the stream; each is copied, so that records do not keep big chunks alive. */
  #receive(chunk: Uint8Array): void {
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    while (!this.#isDone && at + LENGTH_OCTETS <= bytes.length) {
      const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      const start = at + LENGTH_OCTETS;
      if (start + length > bytes.length) break;
      this.#take(Uint8Array.from(bytes.subarray(start, start + length)));
      at = start + length;
    }
    this.#received = bytes.subarray(at);
  }

  #take(bytes: Uint8Array): void {
    this.#expectProgress();
    const message = decodeMessage(bytes);
    const fault = this.#faultOf(message);
    if (message === undefined || fault !== undefined) {
      this.#fail(new Error(`dns: ${fault}`));
      return;
    }
    for (const record of message.answer) this.#records.push(record);
    // A first message with nothing but the SOA is followed by more.
    if (this.#records.length > 1 && message.answer.at(-1)?.type === RRType.SOA) {
      this.#end({ kind: 'zone', records: this.#records });
    }
  }

  /** Why a message is no part of the transfer, in the words of miekg/dns. */
  #faultOf(message: Message | undefined): string | undefined {
    if (message === undefined) return 'bad xfr message';
    if (message.id !== this.#id) return 'id mismatch';
    if (this.#records.length > 0) return undefined;
    if (message.rcode !== Rcode.NOERROR) return `bad xfr rcode: ${message.rcode}`;
    return message.answer[0]?.type === RRType.SOA ? undefined : 'no SOA';
  }

  #fail(error: Error): void {
    this.#end({ kind: 'failed', isSetup: this.#local === undefined, error });
  }

  #end(outcome: TransferOutcome): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#settle(outcome);
  }
}
