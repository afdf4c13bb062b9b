// A serving thread's questions to the control thread that have no answer yet (ServingContext.ask).

import type { FromServing } from './serving-config.ts';

/** An answer as it comes back; `error` is the text of what went wrong. */
export interface ThreadAnswer {
  readonly id: number;
  readonly data: unknown;
  readonly error: string | undefined;
}

/** One object a thread. */
export class ThreadQuestions {
  readonly #post: (message: FromServing) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  constructor(post: (message: FromServing) => void) {
    this.#post = post;
  }

  /** Sends a question; rejects with the control thread's text. */
  ask(generation: number, channel: string, data: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    const settling = Promise.withResolvers<unknown>();
    this.#waiting.set(id, settling);
    this.#post({ kind: 'question', generation, channel, id, data });
    return settling.promise;
  }

  /** Takes the answer to one of them. */
  settle({ id, data, error }: ThreadAnswer): void {
    const settling = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) settling?.resolve(data);
    else settling?.reject(new Error(error));
  }
}
