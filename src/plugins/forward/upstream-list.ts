// The upstreams of one stanza in one serving thread. The list may be replaced while queries are under way: upstreams that stay
// keep their connections, health and metrics, and those that go end what they have in flight.

import { parseName, ROOT } from '../../dns/name.ts';
import type { ServingContext } from '../../plugin/serving.ts';
import { addressText } from '../../upstream/address.ts';
import { TlsClient, TlsContext } from '../../upstream/tls-client.ts';
import { Upstream, type UpstreamOptions } from '../../upstream/upstream.ts';
import { OlderMetrics } from './metrics.ts';
import type { ForwardOptions } from './options.ts';
import { type Target, targetText } from './target.ts';

/** The upstreams that are asked now. */
export class UpstreamList {
  readonly #options: ForwardOptions;
  readonly #context: Pick<ServingContext, 'clock' | 'metrics'>;
  readonly #tls: TlsContext | undefined;
  #byText: ReadonlyMap<string, Upstream> = new Map();
  #all: readonly Upstream[] = [];

  constructor(options: ForwardOptions, context: Pick<ServingContext, 'clock' | 'metrics'>) {
    this.#options = options;
    this.#context = context;
    this.#tls = options.tls === undefined ? undefined : new TlsContext(options.tls);
    this.replace(options.upstreams);
  }

  /** In the order of the Corefile; another array after each `replace`. */
  get all(): readonly Upstream[] {
    return this.#all;
  }

  /** Takes these in the place of the old ones. */
  replace(targets: readonly Target[]): void {
    const old = this.#byText;
    const kept = new Map<string, Upstream>();
    for (const target of targets) {
      const text = targetText(target);
      kept.set(text, old.get(text) ?? this.#make(target));
    }
    this.#byText = kept;
    this.#all = [...kept.values()];
    for (const [text, upstream] of old) if (!kept.has(text)) upstream.close();
  }

  /** Ends probing; connections close when the queries in flight have ended. */
  close(): void {
    for (const upstream of this.#all) upstream.close();
  }

  #make(target: Target): Upstream {
    const { clock, metrics } = this.#context;
    const options = this.#options;
    return new Upstream({
      address: target,
      clock,
      metrics,
      observer: new OlderMetrics(metrics, addressText(target)),
      proxyName: 'forward',
      expireMs: options.expireMs,
      maxAgeMs: options.maxAgeMs,
      maxIdle: options.maxIdle,
      readTimeoutMs: options.readTimeoutMs,
      sourceAddress: options.sourceAddress,
      ...encryptionOf(target, options, this.#tls),
      probe: {
        intervalMs: options.healthIntervalMs,
        domain: parseName(options.healthDomain) ?? ROOT,
        isRecursionDesired: options.isHealthRecursive,
        isTcp: options.isTcpForced,
      },
    });
  }
}

function encryptionOf(
  { protocol, serverName, host }: Target,
  { tlsServerName, dohMethod }: ForwardOptions,
  context: TlsContext | undefined,
): Pick<UpstreamOptions, 'tls' | 'doh'> {
  if (protocol === undefined || context === undefined) return {};
  const tls = new TlsClient(context, tlsServerName || serverName || host);
  return protocol === 'https' ? { tls, doh: dohMethod } : { tls };
}
