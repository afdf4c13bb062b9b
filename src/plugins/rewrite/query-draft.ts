// The query while rules change it: the exchange's question and OPT, with the name in text form for rules that look at it.
// Knows how to put the question back.

import { type Edns, ednsLength } from '../../dns/edns.ts';
import { formatName, type Name, parseName } from '../../dns/name.ts';
import type { Exchange } from '../../plugin/exchange.ts';

/** The question as the client asked it. */
interface OriginalQuestion {
  readonly askedName: Name;
  readonly name: Name;
  readonly type: number;
  readonly class: number;
}

/** The OPT that a rule adds to a query without one (miekg/dns SetEdns0). */
const NEW_EDNS: Edns = {
  udpSize: 4096,
  version: 0,
  isDnssecOk: false,
  options: [],
  extendedRcode: 0,
};

/** One query under change. */
export class QueryDraft {
  readonly exchange: Exchange;
  /** Text of a name that is none: set when a rule made one. */
  invalidName: string | undefined = undefined;
  readonly #original: OriginalQuestion;
  #nameText: string | undefined = undefined;

  constructor(exchange: Exchange) {
    const { askedName, name, type, class: klass } = exchange;
    this.exchange = exchange;
    this.#original = { askedName, name, type, class: klass };
  }

  /** The name in lower case, as the rules before left it. */
  get nameText(): string {
    this.#nameText ??= formatName(this.exchange.name);
    return this.#nameText;
  }

  /** Asks for another name from here on. The length follows: logs and metrics show that of the rewritten query. */
  rename(text: string): void {
    const name = parseName(text);
    if (name === undefined) {
      this.invalidName = text;
      return;
    }
    const { exchange } = this;
    exchange.length += name.length - exchange.askedName.length;
    exchange.askedName = name;
    exchange.name = name;
    this.#nameText = text;
  }

  /** The OPT of the query, made if there is none. */
  get edns(): Edns {
    const { exchange } = this;
    if (exchange.edns === undefined) this.edns = NEW_EDNS;
    return exchange.edns ?? NEW_EDNS;
  }

  set edns(edns: Edns) {
    const { exchange } = this;
    const before = exchange.edns === undefined ? 0 : ednsLength(exchange.edns);
    exchange.length += ednsLength(edns) - before;
    exchange.edns = edns;
  }

  /**
   * Gives the question back to the handlers in front. After an error the name and type stay as they are, since the line of the
   * errors plugin tells which name failed; the reply has the client's question all the same.
   */
  restore(): void {
    const { exchange } = this;
    const original = this.#original;
    exchange.askedName = original.askedName;
    exchange.class = original.class;
    const { name, type } = original;
    if (exchange.error === undefined) {
      exchange.name = name;
      exchange.type = type;
      exchange.reply.question = undefined;
    } else {
      exchange.reply.question = { name: original.askedName, type, class: original.class };
    }
  }
}
