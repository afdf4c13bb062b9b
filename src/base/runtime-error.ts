// Runtime errors: what goes wrong after the start although the Corefile is right. One table of stable codes, listed in
// docs/errors.md too (a test keeps both equal). Not for wire input, which never throws, nor for configuration
// (corefile/error.ts).

/** Every code with the sentence that docs/errors.md shows for it. */
export const RUNTIME_ERRORS = {
  LISTEN_FAILED: 'A socket could not be opened on a configured address.',
  SOCKET_FAILED: 'An open socket reported an error and was closed.',
  THREAD_LOST: 'A serving thread ended or threw outside a query.',
  QUERY_FAILED: 'A plugin threw while it answered a query; the client got SERVFAIL.',
  NAME_TABLE_FULL: 'The shared name table has no room for another record.',
  METRIC_SLOTS_FULL:
    'The shared metric slots of a thread are used up; a new series is not counted.',
  API_UNREACHABLE: 'The Kubernetes API server could not be reached, or closed the connection.',
  API_FORBIDDEN: 'The Kubernetes API server refused a list or watch: the role lacks a permission.',
  API_FAILED: 'The Kubernetes API server answered with an error.',
  API_MALFORMED: 'The Kubernetes API server sent something that is no object of the watched kind.',
  API_STALLED: 'A watch stream went silent for longer than the server had promised to keep it.',
  CREDENTIALS_FAILED: 'The kubeconfig or service account gave no usable credential.',
  MANIFEST_INVALID:
    'A manifest file is malformed or contradicts another one; the last good state is served.',
  FILE_UNREADABLE: 'A file that a plugin reads again while it runs could not be read.',
  UPSTREAM_TIMEOUT: 'An upstream server gave no answer in time.',
  UPSTREAM_FAILED: 'The connection to an upstream server failed.',
} as const;

/** One of the codes of the table. */
export type RuntimeErrorCode = keyof typeof RUNTIME_ERRORS;

/** A runtime error: stable code for programs, message for people, and the cause when another error started it. */
export class RuntimeFault extends Error {
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RuntimeFault';
    this.code = code;
  }
}
