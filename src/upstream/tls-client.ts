// TLS connections to one upstream, opened as Go's crypto/tls opens them: TLS 1.2 or later, chain and name verified,
// session tickets kept for the next connection. node:tls is loaded with the first context, as most configurations
// need none.

import type { SecureContext, TLSSocket } from 'node:tls';
import type { Timer } from '../base/clock.ts';
import { addressText, joinHostPort } from './address.ts';
import {
  closedError,
  type Operation,
  systemError,
  timeoutError,
  upstreamError,
} from './network-error.ts';
import { identityError, sniName } from './server-identity.ts';
import { handshakeTimeoutError, tlsError } from './tls-error.ts';
import type { ConnectionOptions } from './upstream-options.ts';

/** What proves who is who, as PEM texts. Plain data. */
export interface TlsMaterial {
  /** Authorities to trust; undefined for the list that Node brings. */
  readonly ca?: string | undefined;
  /** The client's certificate, with its chain, and the key of it. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Longest wait for a connection and its handshake: three round trips, one of them repeated. */
const OPEN_TIMEOUT_MS = 2000;

/** What a context is once it is loaded. */
interface Loaded {
  readonly tls: typeof import('node:tls');
  readonly secure: SecureContext;
}

/** The material made ready: a hundred authorities take milliseconds, so upstreams share one. */
export class TlsContext {
  /** Rejects when the material is of no use, with an error for the log. */
  readonly loaded: Promise<Loaded>;

  constructor(material: TlsMaterial) {
    this.loaded = load(material);
    // Each connection hears of a failure; it must not end the thread before there is one.
    this.loaded.catch(() => undefined);
  }
}

async function load({ ca, cert, key }: TlsMaterial): Promise<Loaded> {
  const tls = process.getBuiltinModule('node:tls');
  try {
    const secure = tls.createSecureContext({
      minVersion: 'TLSv1.2',
      // To Go each certificate of the list is an anchor, a server's own one too.
      allowPartialTrustChain: true,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    return { tls, secure };
  } catch (error) {
    throw tlsError(error) ?? upstreamError('tls: unusable certificate or key');
  }
}

/** One upstream as its TLS clients see it. */
export class TlsClient {
  readonly #context: TlsContext;
  readonly #serverName: string;
  #session: Buffer | undefined = undefined;

  /** `serverName` is a host name, sent and verified, or an address, only verified. */
  constructor(context: TlsContext, serverName: string) {
    this.#context = context;
    this.#serverName = serverName;
  }

  /**
   * Opens a connection to `port` of the upstream, offering `protocols` (ALPN). Resolves when the peer has proved its name;
   * rejects with an error in Go's words. The socket has an error listener; it may be closed when the caller gets it.
   */
  async open(
    options: ConnectionOptions,
    port: number,
    protocols: readonly string[] = [],
  ): Promise<TLSSocket> {
    const { tls, secure } = await this.#context.loaded;
    const { address, sourceAddress } = options;
    const session = this.#session;
    const socket = tls.connect({
      host: address.host,
      port,
      secureContext: secure,
      servername: sniName(this.#serverName),
      checkServerIdentity: (_host, { raw }) => identityError(this.#serverName, raw),
      ALPNProtocols: [...protocols],
      ...(session === undefined ? {} : { session }),
      ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
    });
    socket.setNoDelay(true);
    // Emitted only after the peer was verified.
    socket.on('session', (ticket: Buffer) => {
      this.#session = ticket;
    });
    try {
      await new Opening(socket, options).done;
    } catch (error) {
      // The ticket may be to blame (RFC 5077 section 3.2).
      this.#session = undefined;
      throw error;
    }
    return socket;
  }
}

/** A connection until its handshake is over. */
class Opening {
  readonly done: Promise<void>;
  readonly #socket: TLSSocket;
  readonly #remote: string;
  #local: string | undefined = undefined;

  constructor(socket: TLSSocket, { clock, address }: ConnectionOptions) {
    this.#socket = socket;
    this.#remote = addressText(address);
    this.done = new Promise((resolve, reject) => {
      const timer: Timer = clock.setTimeout(() => {
        socket.destroy();
        reject(this.#timeout());
      }, OPEN_TIMEOUT_MS);
      const fail = (error: Error): void => {
        clock.clearTimeout(timer);
        reject(error);
      };
      socket.on('connect', () => this.#onConnect());
      socket.on('error', (error) => fail(tlsError(error) ?? systemError(this.#operation(), error)));
      socket.on('close', () => fail(closedError()));
      socket.on('secureConnect', () => {
        clock.clearTimeout(timer);
        resolve();
      });
    });
  }

  #onConnect(): void {
    const { localAddress, localPort } = this.#socket;
    this.#local = joinHostPort(localAddress ?? '', localPort ?? 0);
  }

  #timeout(): Error {
    return this.#local === undefined ? timeoutError(this.#operation()) : handshakeTimeoutError();
  }

  #operation(): Operation {
    const local = this.#local;
    const word = local === undefined ? 'dial' : 'read';
    return { word, network: 'tcp', local, remote: this.#remote };
  }
}
