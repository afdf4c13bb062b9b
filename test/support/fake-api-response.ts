// How the fake API server writes lists, watches and errors: in protobuf, or in JSON.

import type { ServerResponse } from 'node:http';
import { PROTOBUF_TYPE } from '../../src/kubernetes/protobuf/envelope.ts';
import type { MessageSchema } from '../../src/kubernetes/protobuf/message-schema.ts';
import { writeEvent, writeList, writeObject } from './protobuf-writer.ts';

/** A response in protobuf, or in JSON where there is no schema. */
export class FormattedResponse {
  readonly #response: ServerResponse;
  readonly #schema: MessageSchema | undefined;

  constructor(response: ServerResponse, schema: MessageSchema | undefined) {
    this.#response = response;
    this.#schema = schema;
  }

  /** Begins a watch. */
  open(): void {
    this.#writeHead(200, {}, ';stream=watch');
    this.#response.flushHeaders();
  }

  event(type: string, object: object): void {
    const schema = this.#schema;
    this.line(schema ? writeEvent(schema, type, object) : `${JSON.stringify({ type, object })}\n`);
  }

  /** Raw octets of a watch. */
  line(octets: Uint8Array | string): void {
    this.#response.write(octets);
  }

  list(metadata: { resourceVersion: string; continue?: string }, items: readonly object[]): void {
    this.#writeHead(200, {}, '');
    const schema = this.#schema;
    const body = schema
      ? writeList(schema, metadata, items)
      : Buffer.from(JSON.stringify({ kind: 'List', metadata, items }));
    // In two writes, so that an item is often cut in the middle.
    this.#response.write(body.subarray(0, body.length >> 1));
    this.#response.end(body.subarray(body.length >> 1));
  }

  /** An error; a text is sent as it is. */
  refuse(status: number, headers: Readonly<Record<string, string>>, body: object | string): void {
    const isText = typeof body === 'string';
    this.#writeHead(status, isText ? { ...headers, 'content-type': 'text/plain' } : headers, '');
    const schema = this.#schema;
    if (isText) this.#response.end(body);
    else if (schema) this.#response.end(writeObject(schema, { ...body }));
    else this.#response.end(JSON.stringify(body));
  }

  end(): void {
    this.#response.end();
  }

  onClose(run: () => void): void {
    this.#response.on('close', run);
  }

  #writeHead(status: number, headers: Readonly<Record<string, string>>, parameter: string): void {
    const type = this.#schema ? `${PROTOBUF_TYPE}${parameter}` : 'application/json';
    this.#response.writeHead(status, { 'content-type': type, ...headers });
  }
}
