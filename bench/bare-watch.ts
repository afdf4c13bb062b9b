// A watch of one object that does nothing with it: when the API server's news reach a client at all, in the asking script's own process.

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

/** One open watch. */
export class BareWatch {
  readonly #response: IncomingMessage;
  #onText: ((text: string) => void) | undefined;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#onText?.(text));
  }

  /** Watches the object of that name in a collection's URL. */
  static async open(collection: string, name: string): Promise<BareWatch> {
    const request = get(`${collection}?watch=true&fieldSelector=metadata.name=${name}`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new BareWatch(response);
  }

  close(): void {
    this.#response.destroy();
  }

  /** Resolves to performance.now() when an event that holds the text comes. */
  until(text: string): Promise<number> {
    return new Promise((resolve) => {
      this.#onText = (event) => {
        if (event.includes(text)) resolve(performance.now());
      };
    });
  }
}
