// Where the questions of serving threads find those who answer them: plugins' control halves, by instance and channel.
// One desk a process; messages carry question and answer (serving-config.ts).

/** A serving thread's question. */
export interface ThreadQuestion {
  readonly generation: number;
  readonly channel: string;
  readonly data: unknown;
}

/** Keeps the answerers of all living instances. */
export class QuestionDesk {
  readonly #answerers = new Map<string, (question: unknown) => unknown>();

  /** Puts an answerer in charge of a channel of an instance. */
  open(generation: number, channel: string, respond: (question: unknown) => unknown): void {
    this.#answerers.set(keyOf(generation, channel), respond);
  }

  /** The instance has ended: its channels answer no more. */
  close(generation: number, channel: string): void {
    this.#answerers.delete(keyOf(generation, channel));
  }

  /** Rejects when nobody answers on that channel, or with what the answerer throws. */
  async ask({ generation, channel, data }: ThreadQuestion): Promise<unknown> {
    const respond = this.#answerers.get(keyOf(generation, channel));
    if (respond === undefined) throw new Error(`nobody answers on ${channel}`);
    return await respond(data);
  }
}

function keyOf(generation: number, channel: string): string {
  return `${generation} ${channel}`;
}
