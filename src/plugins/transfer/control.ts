// Tells secondaries that a zone has changed (RFC 1996; CoreDNS: plugin/transfer/notify.go). Runs on the control thread;
// plugins that own zones find it as the block's ZoneNotifier.

import type { Clock } from '../../base/clock.ts';
import { quote } from '../../base/go-text.ts';
import { Opcode } from '../../dns/codes/opcode.ts';
import { Rcode, rcodeName } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName, type Name } from '../../dns/name.ts';
import type { Logger } from '../../log/logger.ts';
import { type HostPort, joinHostPort } from '../../plugin/host-port.ts';
import type { ZoneNotifier } from '../../plugin/zone-notifier.ts';
import { askOnce } from '../../upstream/single-query.ts';
import { longestRule } from './rules.ts';

/** A stanza as far as notifications go. */
export interface NotifyRule {
  readonly zones: readonly Name[];
  /** Undefined is `*`: nobody to tell. */
  readonly to: readonly (HostPort | undefined)[];
  readonly source: string | undefined;
}

/** What a notifier needs. */
export interface NotifierContext {
  readonly clock: Clock;
  readonly log: Logger;
}

const ATTEMPTS = 3;
/** miekg/dns's wait for a reply. */
const TIMEOUT_MS = 2000;

/** Sends NOTIFY to the hosts of the stanza that holds a zone. */
export class Notifier implements ZoneNotifier {
  readonly #rules: readonly NotifyRule[];
  readonly #context: NotifierContext;

  constructor(rules: readonly NotifyRule[], context: NotifierContext) {
    this.#rules = rules;
    this.#context = context;
  }

  async notify(zone: Name): Promise<string> {
    const rule = longestRule(this.#rules, zone);
    if (rule === undefined) return '';
    const hosts = rule.to.filter((host) => host !== undefined);
    const problems = await Promise.all(hosts.map((host) => this.#notifyOne(zone, host, rule)));
    const texts = rule.to.map((host) => (host === undefined ? '*' : hostText(host)));
    this.#context.log.debug(
      `Sent notifies for zone ${quote(formatName(zone))} to [${texts.join(' ')}]`,
    );
    return problems.filter((problem) => problem !== '').join('\n');
  }

  /** Tries until it is accepted; '' then, else the text of the last failure. */
  async #notifyOne(zone: Name, host: HostPort, { source }: NotifyRule): Promise<string> {
    let reason = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const reply = await askOnce(
        {
          question: { name: zone, type: RRType.SOA, class: RRClass.IN },
          opcode: Opcode.NOTIFY,
          isAuthoritative: true,
          isRecursionDesired: false,
        },
        {
          address: host,
          network: 'udp',
          clock: this.#context.clock,
          timeoutMs: TIMEOUT_MS,
          sourceAddress: source,
        },
      );
      if (!(reply instanceof Error) && reply.rcode === Rcode.NOERROR) return '';
      reason =
        reply instanceof Error
          ? quote(reply.message)
          : `rcode was ${quote(rcodeName(reply.rcode))}`;
    }
    const words = `notify for zone ${quote(formatName(zone))} was not accepted by`;
    return `${words} ${quote(hostText(host))}: ${reason}`;
  }
}

function hostText({ host, port }: HostPort): string {
  return joinHostPort(host, port);
}
