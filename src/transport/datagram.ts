// What a UDP transport hands to its receiver: one datagram, and the ways to answer it. Made for a path that allocates
// nothing a query, so it is reused memory: see each member for how long it is good.

/** One received datagram. */
export interface Datagram {
  /**
   * Memory that begins with the datagram's octets; reused as soon as the receiver returns. Those who keep any of it
   * take `copy()`.
   */
  readonly packet: Uint8Array;
  /** Octets of `packet` that were received. */
  readonly length: number;
  /** The datagram was longer than `packet`; the rest is lost. */
  readonly isTruncated: boolean;
  /** Whether the sender has an IPv6 address; IPv4-mapped addresses are IPv4. */
  readonly isIpv6: boolean;
  /** The sender, as text without zone; IPv4-mapped addresses are given as IPv4. */
  readonly address: string;
  readonly port: number;
  /** The received octets in memory of their own. */
  copy(): Uint8Array;
  /** Sends a reply, of which it takes a copy; never throws. Needs no `this`. */
  readonly send: (reply: Uint8Array) => void;
  /** Memory to compose a reply in, from `outOffset` on, where 65,535 octets are free; then call `commit`. */
  readonly out: Uint8Array;
  readonly outOffset: number;
  /** Sends the first `length` octets from `outOffset` on. */
  commit(length: number): void;
  /**
   * To be called by a receiver that answers after returning: from then on to `release` the datagram is good for all but
   * `packet` and `copy`.
   */
  keep(): void;
  /** Nothing more is wanted of a datagram that was kept. */
  release(): void;
}

/**
 * Called for each datagram. One who answers after returning must return a promise, which keeps the datagram until it is settled,
 * or call `keep` itself. An exception is thrown on, but harms neither the socket nor other datagrams.
 */
export type DatagramReceiver = (datagram: Datagram) => void | Promise<void>;

/** An open UDP listener. */
export interface DatagramListener {
  /** Port that is bound, also when 0 was asked for. */
  readonly port: number;
  /** Datagrams that the kernel dropped because the receive buffer was full; undefined when that is not known. */
  kernelDrops(): number | undefined;
  /** Stops receiving; replies handed over before are still sent. */
  close(): Promise<void>;
}
