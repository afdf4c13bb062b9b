// Serving half of errors: logs the errors of the handlers behind it (CoreDNS: plugin/errors/errors.go). A response code
// without an error is no error here.

import { rrTypeName } from '../../dns/codes/rr-type.ts';
import { formatName } from '../../dns/name.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { ErrorsOptions } from './options.ts';
import { Pattern } from './pattern.ts';

/** Logs `RCODE NAME TYPE: TEXT` for every error that no pattern swallows. */
export class ErrorsHandler implements Handler {
  readonly name = 'errors';
  /** Answers from local data are no errors. */
  readonly directRole: DirectRole = { kind: 'pass' };
  readonly #next: Handler;
  readonly #log: Logger;
  readonly #patterns: readonly Pattern[];

  /** `log` is the plugin's own logger, `patterns` in Corefile order. */
  constructor(next: Handler, log: Logger, patterns: readonly Pattern[]) {
    this.#next = next;
    this.#log = log;
    this.#patterns = patterns;
  }

  serve(exchange: Exchange): Later<Outcome> {
    const outcome = this.#next.serve(exchange);
    if (outcome instanceof Promise) return outcome.then((code) => this.#report(exchange, code));
    return exchange.error === undefined ? outcome : this.#report(exchange, outcome);
  }

  #report(exchange: Exchange, outcome: Outcome): Outcome {
    const text = exchange.error?.message;
    if (text === undefined) return outcome;
    const pattern = this.#patterns.find((each) => each.matches(text));
    if (pattern?.count() === true) return outcome;
    const name = formatName(exchange.name);
    (pattern ?? this).write(`${outcome} ${name} ${rrTypeName(exchange.type)}: ${text}`);
    return outcome;
  }

  /** Writes a line at the default level. */
  write(text: string): void {
    this.#log.error(text);
  }
}

/** Makes errors handlers; open counts are logged when the configuration is dropped. */
export const errorsServing: ServingPlugin = {
  name: 'errors',
  create(options, next, context) {
    const log = pluginLogger(context.log, 'errors');
    const patterns = (options as ErrorsOptions).patterns.map(
      (pattern) => new Pattern(pattern, log, context.clock),
    );
    context.onClose(() => {
      for (const pattern of patterns) pattern.stop();
    });
    return new ErrorsHandler(next, log, patterns);
  },
};
