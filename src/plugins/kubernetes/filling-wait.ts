// Queries that come while the first state of a cluster is still arriving, and that the table has no sure answer for: they wait until the
// state is complete or the start has waited long enough.

import { Rcode } from '../../dns/codes/rcode.ts';
import type { SharedState } from '../../names/shared-state.ts';
import type { Later, Outcome } from '../../plugin/handler.ts';
import type { ServingContext } from '../../plugin/serving.ts';

/** More are refused: what waits holds memory, and clients ask again. */
const MAX_WAITING = 1000;

/** The queries that wait in one serving thread. */
export class FillingWait {
  readonly #state: SharedState;
  readonly #waiting: (() => void)[] = [];

  /** `channel` is published on when the state is filling no more. */
  constructor(
    state: SharedState,
    channel: string,
    context: Pick<ServingContext, 'subscribe' | 'onClose'>,
  ) {
    this.#state = state;
    context.subscribe(channel, () => this.#end());
    context.onClose(() => this.#end());
  }

  /** Whether queries have to wait. */
  get isOn(): boolean {
    return this.#state.isFilling;
  }

  /** Answers by `serve` when the wait is over; SERVFAIL when too many wait. */
  hold(serve: () => Later<Outcome>): Later<Outcome> {
    if (this.#waiting.length >= MAX_WAITING) return Rcode.SERVFAIL;
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(serve);
  }

  #end(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
