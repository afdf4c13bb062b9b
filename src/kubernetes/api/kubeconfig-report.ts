// What a kubeconfig comes to. The child that runs plugins for credentials tells it its parent as one JSON text on standard output. Files are
// given by name, so that they can be read again without the kubeconfig.

/** How a client shows who it is. */
export interface Credential {
  /** `authorization`, or nothing. */
  readonly headers: Readonly<Record<string, string>>;
  /** PEM, '' for none but those of the kubeconfig. */
  readonly cert: string;
  readonly key: string;
  /** When it ends, milliseconds since 1970; null when it does not say. */
  readonly expiresAtMs: number | null;
}

/** Settings of one context. '' means absent throughout. */
export interface KubeconfigSettings {
  readonly server: string;
  readonly caFile: string;
  readonly ca: string;
  readonly certFile: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly key: string;
  readonly serverName: string;
  readonly isInsecure: boolean;
  readonly proxyUrl: string;
  /** Credential and impersonation headers, lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bearer token file; read at every load and stronger than an authorization header. */
  readonly tokenFile: string;
  /** When the credential ends, milliseconds since 1970; null when it does not say. */
  readonly expiresAtMs: number | null;
}

/** One report: settings, or the text of a set-up error. */
export type KubeconfigReport =
  | { readonly settings: KubeconfigSettings }
  | { readonly error: string };
