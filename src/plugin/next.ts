// The end of a chain: what a handler without a successor calls.

import { Rcode } from '../dns/codes/rcode.ts';
import type { Exchange } from './exchange.ts';
import type { Handler, Outcome } from './handler.ts';

/**
 * Stands behind the last handler of a block: SERVFAIL with CoreDNS's error (plugin.go, NextOrFailure). The text
 * names the plugin that asked for a next one.
 */
export class EndOfChain implements Handler {
  readonly name: string;

  constructor(lastPlugin: string) {
    this.name = lastPlugin;
  }

  serve(exchange: Exchange): Outcome {
    exchange.error = new Error(`plugin/${this.name}: no next plugin found`);
    return Rcode.SERVFAIL;
  }
}

/** Whether a handler is the end of its chain: file, auto and secondary answer REFUSED there. */
export function isEndOfChain(handler: Handler): boolean {
  return handler instanceof EndOfChain;
}
