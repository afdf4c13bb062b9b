// Asks the server of a run: the query and raw cases, the probe and the waits.

import { unhex } from '../support/record-lines.ts';
import type { GoldenCase, GoldenProbe, GoldenQuery, GoldenWait, Observation } from './corpus.ts';
import { observeOctets, observeReplies } from './observation.ts';
import type { Placeholders } from './placeholders.ts';
import { queryMessage, queryPacket } from './query-packet.ts';
import { type Exchanged, overTcp, overUdp, type Route } from './wire-exchange.ts';

const QUERY_SECONDS = 2.5;
const RAW_SECONDS = 1;
/** How long silence must last where silence was recorded. */
const SILENT_QUERY_SECONDS = 0.8;
const SILENT_RAW_SECONDS = 0.6;
const PROBE_SECONDS = 0.25;
const WAIT_SECONDS = 8;
const DEFAULT_PROBE: GoldenProbe = { query: { name: 'probe.golden.invalid.', type: 'A' } };

/** What an exchange needs of a case. */
type Addressed = Pick<GoldenCase, 'to' | 'client' | 'timeout'>;

/** Resolves after so many seconds. */
export function delay(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

export class Asker {
  readonly #placeholders: Placeholders;

  constructor(placeholders: Placeholders) {
    this.#placeholders = placeholders;
  }

  /** A query case. A reply that did not come is asked for once more, unless silence or a time is wanted. */
  async query(query: GoldenQuery, at: Addressed, wantsSilence = false): Promise<Observation> {
    const message = queryMessage({ ...query, name: this.#placeholders.fill(query.name) });
    const packet = queryPacket(message);
    const seconds = wantsSilence ? SILENT_QUERY_SECONDS : QUERY_SECONDS;
    let exchanged = await this.#exchange(packet, query.transport, at, seconds);
    if (exchanged.replies.length === 0 && !wantsSilence && at.timeout === undefined) {
      exchanged = await this.#exchange(packet, query.transport, at, seconds);
    }
    return observeReplies(exchanged, message);
  }

  /** A case of octets. */
  async raw(
    raw: NonNullable<GoldenCase['raw']>,
    at: Addressed,
    wantsSilence: boolean,
  ): Promise<Observation> {
    const seconds = wantsSilence ? SILENT_RAW_SECONDS : RAW_SECONDS;
    const exchanged = await this.#exchange(unhex(raw.request), raw.transport, at, seconds);
    const [reply] = exchanged.replies;
    return { hex: reply === undefined ? null : observeOctets(reply) };
  }

  /** Whether the server answers the probe now. */
  async isUp(probe: GoldenProbe = DEFAULT_PROBE): Promise<boolean> {
    if (probe === 'tcp') return this.#accepts();
    const packet = queryPacket(queryMessage(probe.query));
    const { transport } = probe.query;
    const { replies } = await this.#exchange(packet, transport, probe, PROBE_SECONDS);
    return replies.length > 0;
  }

  /** Asks until the answer fits; false when time is up. */
  async waits(wait: GoldenWait): Promise<boolean> {
    const until = performance.now() + (wait.timeout ?? WAIT_SECONDS) * 1000;
    const { rcode, contains = '', lacks } = wait.until;
    while (performance.now() < until) {
      const reply = await this.query(wait.query, { ...wait, timeout: 0.5 });
      const text = JSON.stringify(reply);
      const hasReplied = reply['none'] !== true;
      const fits =
        (rcode ?? reply['rcode']) === reply['rcode'] &&
        text.includes(this.#placeholders.fill(contains)) &&
        (lacks === undefined || !text.includes(lacks));
      if (hasReplied && fits) return true;
      await delay(0.03);
    }
    return false;
  }

  async #accepts(): Promise<boolean> {
    const { port } = this.#target(undefined);
    // No reply, but the port of a connection: the server has taken it.
    const nothing = new Uint8Array(0);
    const route = { host: '127.0.0.1', port, client: undefined, timeoutMs: 20 };
    return (await overTcp(nothing, route)).clientPort > 0;
  }

  #exchange(
    packet: Uint8Array,
    transport: string | undefined,
    at: Addressed,
    seconds: number,
  ): Promise<Exchanged> {
    const { host, port } = this.#target(at.to);
    const timeoutMs = (at.timeout ?? seconds) * 1000;
    const route: Route = { host, port, client: at.client, timeoutMs };
    return transport === 'tcp' ? overTcp(packet, route) : overUdp(packet, route);
  }

  /** `[::1]:{PORT}`, or a bare word: that port of 127.0.0.1. */
  #target(to = 'PORT'): { host: string; port: number } {
    const text = /^[A-Z0-9]+$/.test(to) ? `127.0.0.1:{${to}}` : to;
    const filled = this.#placeholders.fill(text);
    const colon = filled.lastIndexOf(':');
    const host = filled.slice(0, colon).replace(/^\[|\]$/g, '');
    return { host, port: Number(filled.slice(colon + 1)) };
  }
}
