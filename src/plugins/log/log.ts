// Serving half of log: one line a query (CoreDNS: plugin/log/log.go). Lines carry no plugin name. A name that no rule
// holds costs one comparison a rule.

import type { Clock } from '../../base/clock.ts';
import { isSubdomain, lowerName, type Name, parseName } from '../../dns/name.ts';
import type { Logger } from '../../log/logger.ts';
import { OctetLine, type OctetLines, TextLines } from '../../log/octet-line.ts';
import { isServerError } from '../../plugin/client-write.ts';
import { type DirectExchange, endsInZone } from '../../plugin/direct.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import { Reply } from '../../plugin/reply.ts';
import { bareReplySize, replySize } from '../../plugin/reply-size.ts';
import { type ResponseKind, responseClass, responseKind } from '../../plugin/response-kind.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import { compileDirectFormat, type DirectFormat } from './direct-format.ts';
import { compileFormat, type Format } from './format.ts';
import { parseFormat } from './format-pieces.ts';
import type { LogClass, LogOptions, LogRuleOptions } from './options.ts';
import { type LogRecord, newRecord } from './record.ts';

const NS_PER_MS = 1_000_000;

/** One name of one stanza, compiled. */
interface Rule {
  readonly scope: Name;
  readonly format: Format;
  /** The same for the short path; undefined where a line cannot be made there. */
  readonly direct: DirectFormat | undefined;
  readonly isForAll: boolean;
  /** Whether only errors are logged: replies of the short path never are. */
  readonly isForErrors: boolean;
  readonly classes: ReadonlySet<LogClass>;
}

/** What a log handler works with. */
export interface LogTools {
  readonly log: Logger;
  readonly clock: Clock;
}

/** Logs the queries of the first rule that holds their name. */
export class LogHandler implements Handler {
  readonly name = 'log';
  readonly directRole: DirectRole;
  readonly #next: Handler;
  readonly #rules: readonly Rule[];
  readonly #tools: LogTools;
  readonly #lines: OctetLines;
  readonly #line: OctetLine = new OctetLine();
  /** What the query at hand on the short path is logged with. */
  #direct: DirectFormat | undefined = undefined;
  #record: LogRecord | undefined = undefined;

  constructor(next: Handler, options: LogOptions, tools: LogTools) {
    this.#next = next;
    this.#rules = options.rules.map(compileRule).filter((rule) => rule !== undefined);
    this.#tools = tools;
    this.#lines = tools.log.octetLines ?? new TextLines(tools.log);
    const passes = (direct: DirectExchange): boolean => this.#passes(direct);
    this.directRole = this.#rules.some(({ direct }) => direct !== undefined)
      ? { kind: 'watch', passes, count: (direct) => this.#logDirect(direct) }
      : { kind: 'screen', passes };
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { name } = exchange;
    const rule = this.#ruleFor(name);
    if (rule === undefined) return this.#next.serve(exchange);
    const startMs = exchange.startMs ?? this.#tools.clock.monotonicMs();
    const outcome = this.#next.serve(exchange);
    if (outcome instanceof Promise) {
      return outcome.then((code) => {
        this.#finish(rule, exchange, name, code, startMs);
        return code;
      });
    }
    this.#finish(rule, exchange, name, outcome, startMs);
    return outcome;
  }

  #ruleFor(name: Name): Rule | undefined {
    for (const rule of this.#rules) if (isSubdomain(name, rule.scope)) return rule;
    return undefined;
  }

  /** Whether such a query leaves no line, or one that the short path can make. */
  #passes({ name, nameLength }: DirectExchange): boolean {
    this.#direct = undefined;
    for (const { scope, direct, isForErrors } of this.#rules) {
      if (!endsInZone(name, nameLength, scope)) continue;
      this.#direct = direct;
      return isForErrors || direct !== undefined;
    }
    return true;
  }

  #logDirect(direct: DirectExchange): void {
    const format = this.#direct;
    if (format === undefined) return;
    const durationNs = Math.round((direct.endMs - direct.startMs) * NS_PER_MS);
    const line = this.#line;
    this.#lines.open(line, format.most);
    format.write(line, direct, durationNs);
    this.#lines.close(line);
  }

  #finish(rule: Rule, exchange: Exchange, name: Name, outcome: Outcome, startMs: number): void {
    // Classifying is left out when nobody looks at it.
    if (!(rule.isForAll && exchange.metadata === undefined)) {
      const kind = this.#kind(exchange, outcome);
      const kindClass = responseClass(kind);
      exchange.metadata?.set('log/type', () => kind);
      exchange.metadata?.set('log/class', () => kindClass);
      if (!(rule.isForAll || rule.classes.has(kindClass))) return;
    }
    const record = this.#fill(exchange, name, outcome);
    record.durationNs = Math.round((this.#tools.clock.monotonicMs() - startMs) * NS_PER_MS);
    this.#tools.log.info(rule.format(record));
  }

  /** Silence counts as an error, and so does every error that the server writes. */
  #kind(exchange: Exchange, outcome: Outcome): ResponseKind {
    if (!(exchange.reply.isWritten || isServerError(outcome))) return 'OTHERERROR';
    const nowSeconds = Math.floor(this.#tools.clock.epochMs() / 1000);
    return responseKind(exchange, writtenReply(exchange, outcome), nowSeconds);
  }

  #fill(exchange: Exchange, name: Name, outcome: Outcome): LogRecord {
    const record = this.#record ?? newRecord(exchange);
    this.#record = record;
    const { isWritten, rcode } = exchange.reply;
    record.exchange = exchange;
    record.name = name;
    record.isWritten = isWritten;
    record.isReplied = isWritten || isServerError(outcome);
    record.rcode = isWritten ? rcode : outcome;
    record.size = 0;
    if (isWritten) record.size = replySize(exchange);
    else if (record.isReplied) record.size = bareReplySize(exchange.askedName);
    return record;
  }
}

/** The reply of the chain, or the bare one that the server will write. */
function writtenReply({ reply }: Exchange, outcome: Outcome): Reply {
  if (reply.isWritten) return reply;
  const bare = new Reply();
  bare.write(outcome);
  return bare;
}

/** Undefined for a scope that is no name: nothing lies below it. */
function compileRule({ scope, format, classes }: LogRuleOptions): Rule | undefined {
  const name = parseName(scope);
  if (name === undefined) return undefined;
  const pieces = parseFormat(format);
  const isForAll = classes.includes('all');
  return {
    scope: lowerName(name),
    format: compileFormat(pieces),
    // Classes are told from records, which the short path does not have.
    direct: isForAll ? compileDirectFormat(pieces) : undefined,
    isForAll,
    isForErrors: classes.every((each) => each === 'error'),
    classes: new Set(classes),
  };
}

/** Makes log handlers. */
export const logServing: ServingPlugin = {
  name: 'log',
  create: (options, next, { log, clock }) =>
    new LogHandler(next, options as LogOptions, { log, clock }),
};
