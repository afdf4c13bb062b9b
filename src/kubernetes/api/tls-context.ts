// Makes what connections use of TLS material, and so checks it before: a half-written certificate never replaces a good one and a
// wrong one is a set-up error. Texts are those of Go's crypto/tls and client-go's transport, where they are short enough to know.

import type { SecureContext } from 'node:tls';
import { ConnectionError } from './connection-error.ts';
import type { TlsMaterial } from './connection-state.ts';

const PEM_START = '-----BEGIN ';

/** Loads what a TLS connection will need, 15 ms of a start, while there is something else to wait for. */
export function loadTls(): void {
  process.getBuiltinModule('node:https');
  process.getBuiltinModule('node:tls').createSecureContext({ ca: [] });
}

/** One for all connections that are made with the same material: making it takes 1 ms. */
const contexts = new WeakMap<TlsMaterial, SecureContext>();

/**
 * The context of the material; undefined where there is none and Node's own will do. Throws ConnectionError unless the PEM texts can be
 * read and certificate and key belong together.
 */
export function secureContextOf(tls: TlsMaterial): SecureContext | undefined {
  if (tls.ca === '' && tls.cert === '' && tls.key === '') return undefined;
  const known = contexts.get(tls);
  if (known !== undefined) return known;
  const context = createContext(tls);
  contexts.set(tls, context);
  return context;
}

function createContext({ ca, cert, key }: TlsMaterial): SecureContext {
  if (ca !== '' && !ca.includes(PEM_START)) {
    throw new ConnectionError(
      'unable to load root certificates: unable to parse bytes as PEM block',
    );
  }
  if (cert !== '' && !cert.includes(PEM_START)) {
    throw new ConnectionError('tls: failed to find any PEM data in certificate input');
  }
  if (key !== '' && !key.includes(PEM_START)) {
    throw new ConnectionError('tls: failed to find any PEM data in key input');
  }
  // Loaded where there is something to check.
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  try {
    return createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  } catch (error) {
    throw new ConnectionError(`tls: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
