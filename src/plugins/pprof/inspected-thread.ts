// Inspector sessions inside the process: of the thread that runs this, or through it of a worker thread by its name. No
// debugger port is opened. What is asked in them is up to profiler.ts.

import { Session } from 'node:inspector/promises';

/** A session; `post` rejects when it or its thread ends before the answer. */
export interface InspectedThread {
  post(method: string, params?: object): Promise<unknown>;
  disconnect(): void;
}

/** The thread that runs this. */
export function ownThread(): InspectedThread {
  const session = new Session();
  session.connect();
  return {
    post: (method, params) => session.post(method, params),
    disconnect: () => session.disconnect(),
  };
}

/** A worker thread of this process; undefined when none has the name. */
export async function workerThread(name: string): Promise<InspectedThread | undefined> {
  const session = new Session();
  session.connect();
  let sessionId: string | undefined;
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    // The title is `[worker 1] NAME`.
    if (params.workerInfo.title.replace(/^\[.*?\] /, '') === name) sessionId ??= params.sessionId;
  });
  // Tells of all workers that there are, before it answers.
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  if (sessionId !== undefined) return new WorkerSession(session, sessionId);
  session.disconnect();
  return undefined;
}

/** What comes from a worker's session: answers have an `id`, the rest are events. */
interface WorkerMessage {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A worker's session in one of the thread that started it. */
class WorkerSession implements InspectedThread {
  readonly #session: Session;
  readonly #sessionId: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  #hasEnded = false;

  constructor(session: Session, sessionId: string) {
    this.#session = session;
    this.#sessionId = sessionId;
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      if (params.sessionId === sessionId) this.#settle(JSON.parse(params.message));
    });
    session.on('NodeWorker.detachedFromWorker', ({ params }) => {
      if (params.sessionId === sessionId) this.#end();
    });
  }

  post(method: string, params?: object): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    if (this.#hasEnded) this.#end();
    else this.#send(JSON.stringify({ id, method, params }));
    return answer.promise;
  }

  disconnect(): void {
    this.#session.disconnect();
    this.#end();
  }

  /** One that cannot be sent is for a thread that has just ended. */
  #send(message: string): void {
    this.#session
      .post('NodeWorker.sendMessageToWorker', { message, sessionId: this.#sessionId })
      .catch(() => this.#end());
  }

  #settle({ id, result, error }: WorkerMessage): void {
    if (id === undefined) return;
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error.message));
  }

  #end(): void {
    this.#hasEnded = true;
    for (const answer of this.#waiting.values()) answer.reject(new Error('the thread has ended'));
    this.#waiting.clear();
  }
}
