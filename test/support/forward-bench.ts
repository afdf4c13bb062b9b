// Forward handlers with stub upstreams on 127.0.0.1, and what became of a query in a few words.
import { expect } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { Rcode, rcodeName } from '../../src/dns/codes/rcode.ts';
import type { Message } from '../../src/dns/message.ts';
import { recordText } from '../../src/dns/record.ts';
import type { Exchange } from '../../src/plugin/exchange.ts';
import type { Handler } from '../../src/plugin/handler.ts';
import { EndOfChain } from '../../src/plugin/next.ts';
import { forwardServing } from '../../src/plugins/forward/forward.ts';
import { defaultForwardBlock, type ForwardOptions } from '../../src/plugins/forward/options.ts';
import { type AskedQuery, exchangeFor, PluginBench } from './chain-doubles.ts';
import { name, record } from './record-lines.ts';
import { replyTo } from './stub-upstream.ts';

/** Makes handlers; all run on the real clock. */
export class ForwardBench extends PluginBench {
  constructor() {
    super(systemClock);
  }

  /** A handler for upstreams on these ports, in their order unless told otherwise. */
  handler(
    ports: readonly number[],
    options: Partial<ForwardOptions> = {},
    next: Handler = new EndOfChain('forward'),
  ): Handler {
    const upstreams = ports.map((port) => ({ host: '127.0.0.1', port: String(port) }));
    const all = {
      ...defaultForwardBlock(),
      policy: 'sequential',
      from: '.',
      upstreams,
      ...options,
    };
    return forwardServing.create(all, next, this.context());
  }

  /** Asks until the probes of a dead upstream have found out. */
  async bringDown(handler: Handler, port: number): Promise<void> {
    const labels = ['forward', `127.0.0.1:${port}`];
    for (let turn = 0; turn < 2000; turn++) {
      if (this.count('coredns_proxy_healthcheck_failures_total', labels) > 1) return;
      if (turn === 0) await ask(handler);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error('no probe failed');
  }
}

/** One address that says which upstream answered. */
export function answerOf(query: Message, upstream: number): Message {
  const owner = query.questions[0]?.name ?? name('.');
  return replyTo(query, { answer: [{ ...record(`x. 5 IN A 10.0.0.${upstream}`), name: owner }] });
}

/** Asks a handler; a reply that the server would write is written. */
export async function ask(
  handler: Handler,
  query: AskedQuery = { name: 'a.test.' },
): Promise<Exchange> {
  const exchange = exchangeFor(query);
  const outcome = await handler.serve(exchange);
  if (!exchange.reply.isWritten) exchange.reply.rcode = outcome;
  else expect(outcome).toBe(Rcode.NOERROR);
  return exchange;
}

/** `NOERROR 10.0.0.1`. */
export function resultOf({ reply }: Exchange): string {
  return [
    rcodeName(reply.rcode),
    ...reply.answer.map((each) => recordText(each).split(' ')[4]),
  ].join(' ');
}
