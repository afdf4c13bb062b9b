// Why no connection to an API server can be set up: wrong or missing kubeconfig, certificates, service account. The texts
// are those of client-go, which CoreDNS prints behind `plugin/kubernetes: `. Faults after the start are RuntimeFaults.

/** A set-up error; the message is the whole text, without the plugin prefix. */
export class ConnectionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectionError';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
};

/** The text of a failed file operation as Go prints it, for example `open /x: no such file or directory`. */
export function fileErrorText(operation: string, path: string, error: unknown): string {
  return `${operation} ${path}: ${systemErrorReason(error)}`;
}

/** What went wrong in a system call, in Go's (libc's) words; the error's own text where the code is not known. */
export function systemErrorReason(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/** Node's code of a system error (`ENOENT`), '' when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** Joins validation errors as apimachinery's aggregate does: one alone, several in brackets, repeats dropped. */
export function invalidConfiguration(errors: readonly string[]): ConnectionError {
  const distinct = [...new Set(errors)];
  const text = distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`;
  return new ConnectionError(`invalid configuration: ${text}`);
}

/** What client-go says when a configuration is empty (clientcmd, ErrEmptyConfiguration). */
export const EMPTY_CONFIGURATION =
  'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable';
