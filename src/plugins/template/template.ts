// Serving half of template: answers with records made from the query (CoreDNS: plugin/template/template.go). Time is bounded by
// the templates of the Corefile: expressions are RE2, and look-ups of CNAME targets end at the depth of self-lookups.

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { extendedErrorOption } from '../../dns/edns.ts';
import { formatName } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { MetricDefinition } from '../../metrics/definition.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { matchZone } from '../../plugin/zones.ts';
import { TEMPLATE_FAILURES, TEMPLATE_MATCHES, TEMPLATE_RECORD_FAILURES } from './metrics.ts';
import type { Section, StanzaOptions, TemplateOptions } from './options.ts';
import { Stanza } from './stanza.ts';
import { type StanzaMatch, templateData } from './template-data.ts';

/** What the handler needs of its thread. */
type TemplateContext = Pick<ServingContext, 'lookup' | 'metrics'>;

/** The size in an OPT that carries an extended error. */
const EDNS_SIZE = 4096;

/** Records under construction, and whether a looked-up reply was cut. */
interface Draft {
  readonly sections: Readonly<Record<Section, ResourceRecord[]>>;
  isTruncated: boolean;
}

/** Answers by the first stanza that is for the query. */
export class TemplateHandler implements Handler {
  readonly name = 'template';
  readonly directRole: DirectRole = { kind: 'screen', passes: (direct) => this.#passes(direct) };
  readonly #next: Handler;
  readonly #context: TemplateContext;
  readonly #stanzas: readonly Stanza[];

  constructor(next: Handler, options: TemplateOptions, context: TemplateContext) {
    this.#next = next;
    this.#context = context;
    this.#stanzas = options.stanzas.map((stanza) => new Stanza(stanza));
  }

  serve(exchange: Exchange): Later<Outcome> {
    let text: string | undefined;
    for (const stanza of this.#stanzas) {
      // Most queries are for no stanza: those cost no text.
      if (matchZone(stanza.zones, exchange.name) === undefined) continue;
      text ??= formatName(exchange.name);
      const verdict = stanza.match(exchange, text);
      if (verdict === 'refused') return Rcode.SERVFAIL;
      if (verdict !== 'next') return this.#answer(stanza, verdict);
    }
    return this.#next.serve(exchange);
  }

  /** Whether no stanza is for the zone and type of such a query; its expressions are the general path's affair. */
  #passes(direct: DirectExchange): boolean {
    for (const { zones, options } of this.#stanzas) {
      if (isForKind(options, direct.type) && direct.isInSome(zones)) return false;
    }
    return true;
  }

  /** Makes the reply; SERVFAIL is left to the server to write. */
  #answer(stanza: Stanza, match: StanzaMatch): Later<Outcome> {
    this.#countMatch(stanza, match);
    const { rcode } = stanza.options;
    if (rcode === Rcode.SERVFAIL) return rcode;
    const draft: Draft = {
      sections: { answer: [], additional: [], authority: [] },
      isTruncated: false,
    };
    return after(this.#makeRecords(stanza, match, draft, 0), (isMade) =>
      isMade ? write(stanza, match.exchange, draft) : Rcode.SERVFAIL,
    );
  }

  /** Runs the templates from one on; false when one failed. Goes on later when a target must be asked for. */
  #makeRecords(stanza: Stanza, match: StanzaMatch, draft: Draft, start: number): Later<boolean> {
    const data = templateData(match);
    for (const [at, template] of stanza.templates.entries()) {
      if (at < start) continue;
      const outcome = template.run(data);
      if ('failed' in outcome) {
        const labels = [template.section, template.text];
        if (outcome.failed === 'template') this.#count(TEMPLATE_FAILURES, match, labels);
        if (outcome.failed === 'record') this.#count(TEMPLATE_RECORD_FAILURES, match, labels);
        match.exchange.error = outcome.error;
        return false;
      }
      draft.sections[template.section].push(outcome.record);
      if (template.section !== 'answer') continue;
      const pending = this.#complete(match.exchange, outcome.record, draft);
      if (pending instanceof Promise) {
        return pending.then(() => this.#makeRecords(stanza, match, draft, at + 1));
      }
    }
    return true;
  }

  /** Adds what this server answers for the target of a CNAME. */
  #complete(exchange: Exchange, record: ResourceRecord, draft: Draft): Later<void> {
    const { type, depth } = exchange;
    const isAddress = type === RRType.A || type === RRType.AAAA;
    if (record.type !== RRType.CNAME || !isAddress) return undefined;
    // In a self-lookup only the first target: two would double the work at every level.
    if (depth > 0 && draft.sections.answer.length > 1) return undefined;
    return after(this.#context.lookup(exchange, record.rdata, type), (found) => {
      if (found === undefined) return;
      draft.isTruncated = found.isTruncated;
      draft.sections.answer.push(...found.answer);
    });
  }

  /** Queries of one listener for one type come in crowds: their counter is kept. */
  #countMatch(stanza: Stanza, match: StanzaMatch): void {
    const { server, view } = match.exchange;
    const key = `${server} ${view} ${match.zone} ${match.class} ${match.type}`;
    let counter = stanza.counters.get(key);
    if (counter === undefined) {
      const labels = [server, match.zone, view, match.class, match.type];
      counter = this.#context.metrics.counter(TEMPLATE_MATCHES, labels);
      stanza.counters.set(key, counter);
    }
    counter.add();
  }

  /** Failures are rare: their counters are looked up each time. */
  #count(definition: MetricDefinition, match: StanzaMatch, more: readonly string[]): void {
    const { exchange, zone } = match;
    const labels = [exchange.server, zone, exchange.view, match.class, match.type, ...more];
    this.#context.metrics.counter(definition, labels).add();
  }
}

/** The reply is authoritative whatever the response code. */
function write({ options }: Stanza, { reply }: Exchange, draft: Draft): Outcome {
  reply.isAuthoritative = true;
  reply.isTruncated = draft.isTruncated;
  reply.answer = draft.sections.answer;
  reply.authority = draft.sections.authority;
  reply.additional = draft.sections.additional;
  if (options.extendedError !== undefined) {
    reply.edns = {
      udpSize: EDNS_SIZE,
      version: 0,
      isDnssecOk: true,
      options: [extendedErrorOption(options.extendedError)],
      extendedRcode: 0,
    };
  }
  return reply.write(options.rcode);
}

/** Whether queries of class IN and this type are a stanza's. */
function isForKind(options: StanzaOptions, type: number): boolean {
  if (options.class !== RRClass.IN && options.class !== RRClass.ANY) return false;
  return options.type === type || options.type === RRType.ANY || type === RRType.ANY;
}

/** Makes template handlers. */
export const templateServing: ServingPlugin = {
  name: 'template',
  create: (options, next, context) =>
    new TemplateHandler(next, options as TemplateOptions, context),
};
