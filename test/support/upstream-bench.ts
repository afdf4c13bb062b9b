// Upstreams on 127.0.0.1 with the settings of plugin forward, and what became of a query in a few words.
import { systemClock } from '../../src/base/clock.ts';
import type { Message } from '../../src/dns/message.ts';
import { Upstream, type UpstreamOptions } from '../../src/upstream/upstream.ts';
import type { UpstreamOutcome } from '../../src/upstream/upstream-query.ts';
import { PluginBench } from './chain-doubles.ts';
import { name } from './record-lines.ts';
import { replyTo } from './stub-upstream.ts';
import { questionFor } from './upstream-questions.ts';

/** Makes upstreams; all run on the real clock unless told otherwise. `close` closes them. */
export class UpstreamBench extends PluginBench {
  constructor() {
    super(systemClock);
  }

  /** The upstream at a port. */
  upstream(port: number | string, options: Partial<UpstreamOptions> = {}): Upstream {
    const upstream = new Upstream({
      address: { host: '127.0.0.1', port: String(port) },
      clock: systemClock,
      metrics: this.metrics,
      proxyName: 'forward',
      expireMs: 10_000,
      maxAgeMs: 0,
      maxIdle: 0,
      readTimeoutMs: 2000,
      sourceAddress: undefined,
      probe: { intervalMs: 10, domain: name('.'), isRecursionDesired: true, isTcp: false },
      ...options,
    });
    this.context().onClose(() => upstream.close());
    return upstream;
  }
}

/** Asks for an A record, as for a client that came by UDP. */
export function askUpstream(upstream: Upstream, text = 'a.test.'): Promise<UpstreamOutcome> {
  return upstream.ask(questionFor(text), 'udp');
}

/** The text of a failure, else the kind of the outcome. */
export function resultOf(outcome: UpstreamOutcome): string {
  return outcome.kind === 'failed' ? outcome.error.message : outcome.kind;
}

/** How a server answers that cuts its connections off at the first query, and serves the next ones. */
export function cuttingFirst(cut: () => void): (query: Message) => Message | undefined {
  let isFirst = true;
  return (query) => {
    if (!isFirst) return replyTo(query);
    isFirst = false;
    cut();
    return undefined;
  };
}
