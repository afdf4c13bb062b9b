// How connections to an upstream are kept: shared by all protocols.

import type { Clock } from '../base/clock.ts';
import type { UpstreamAddress } from './address.ts';
import type { TlsClient } from './tls-client.ts';

/** Settings of all connections to one upstream. */
export interface ConnectionOptions {
  readonly address: UpstreamAddress;
  readonly clock: Clock;
  /** A connection that was idle for longer is closed. */
  readonly expireMs: number;
  /** A connection that is older takes no more queries; 0 for no limit. */
  readonly maxAgeMs: number;
  /** Most idle connections a protocol; 0 for no limit. */
  readonly maxIdle: number;
  /** Longest wait for a reply. */
  readonly readTimeoutMs: number;
  /** Local address to send from; undefined leaves it to the kernel. */
  readonly sourceAddress: string | undefined;
  /** Opens what is TCP otherwise; absent for plain TCP. */
  readonly tls?: TlsClient | undefined;
}
