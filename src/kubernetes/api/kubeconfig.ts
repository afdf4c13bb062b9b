// Connection settings of a kubeconfig file: read again when the credential is ended or refused, otherwise only its token and certificate
// files are. Where a plugin has the credential, kubeconfig-child.ts is started for it.

import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { ConnectionError } from './connection-error.ts';
import { type ConnectionState, parseServerAddress } from './connection-state.ts';
import { readPemFile, readTokenFile } from './credential-files.ts';
import type { KubeconfigReport, KubeconfigSettings } from './kubeconfig-report.ts';
import { loadTls } from './tls-context.ts';

/** Exec plugins may ask a cloud for a token; nobody waits longer than this for one. */
const CHILD_TIMEOUT_MS = 60_000;
/** Reports hold a few certificates at most. */
const MAX_REPORT_BYTES = 4 << 20;
/** A credential is renewed this long before its end, so that it does not end on the way. */
export const EXPIRY_MARGIN_MS = 10_000;

/** One kubeconfig file and context. */
export class Kubeconfig {
  readonly #file: string;
  readonly #context: string | undefined;
  readonly #childPath: string;
  readonly #clock: Clock;
  #settings: KubeconfigSettings | undefined;

  /** `childPath` is the file of the child's entry, which is bundled on its own. */
  constructor(
    source: { readonly file: string; readonly context?: string | undefined },
    childPath: string,
    clock: Clock,
  ) {
    this.#file = source.file;
    this.#context = source.context;
    this.#childPath = childPath;
    this.#clock = clock;
  }

  /** Loads the settings; `isRefused` says that the API server has refused the credential. Throws ConnectionError. */
  async load(isRefused: boolean): Promise<ConnectionState> {
    let settings = this.#settings;
    if (settings === undefined || isRefused || this.#isEnding(settings)) {
      settings = await this.#readSettings();
      this.#settings = settings;
    }
    const { tokenFile } = settings;
    const token = tokenFile === '' ? '' : await readTokenFile(tokenFile);
    const [ca = '', cert = '', key = ''] = await Promise.all([
      settings.ca || readPemFile(settings.caFile),
      settings.cert || readPemFile(settings.certFile),
      settings.key || readPemFile(settings.keyFile),
    ]);
    const { serverName, isInsecure, headers } = settings;
    return {
      server: parseServerAddress(settings.server, ca !== '' || cert !== '' || isInsecure),
      tls: { ca, cert, key, serverName, isInsecure },
      headers: token === '' ? headers : { ...headers, authorization: `Bearer ${token}` },
      expiresAtMs: settings.expiresAtMs ?? Number.POSITIVE_INFINITY,
    };
  }

  #isEnding(settings: KubeconfigSettings): boolean {
    return (
      settings.expiresAtMs !== null &&
      settings.expiresAtMs <= this.#clock.epochMs() + EXPIRY_MARGIN_MS
    );
  }

  async #readSettings(): Promise<KubeconfigSettings> {
    // Loaded where there is a kubeconfig: the parser of YAML is large.
    const { fileCredential, needsPlugin, readKubeconfig, settingsOf } = await import(
      './kubeconfig-file.ts'
    );
    const choice = await readKubeconfig(this.#file, this.#context);
    const settings = needsPlugin(choice.user)
      ? await this.#runChild()
      : settingsOf(choice, fileCredential(choice.user));
    if (settings.proxyUrl !== '') {
      throw new ConnectionError(`proxy-url ${settings.proxyUrl}: not supported yet`);
    }
    return settings;
  }

  async #runChild(): Promise<KubeconfigSettings> {
    const words = [this.#file, ...(this.#context ? [this.#context] : [])];
    const running = runChild(this.#childPath, words);
    // Hardly an API server does without.
    loadTls();
    const report = JSON.parse(await running) as KubeconfigReport;
    if ('error' in report) throw new ConnectionError(report.error);
    return report.settings;
  }
}

/** Compiling the library is a third of the child's time. Sources are run without a cache. */
function compileCache(childPath: string): { readonly NODE_COMPILE_CACHE?: string } {
  if (childPath.endsWith('.ts')) return {};
  return { NODE_COMPILE_CACHE: join(dirname(childPath), 'cache') };
}

/** Resolves with what the child prints, when its line is whole: the end of a Node process takes another 20 ms and more. */
function runChild(childPath: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [childPath, ...parameters],
      {
        timeout: CHILD_TIMEOUT_MS,
        maxBuffer: MAX_REPORT_BYTES,
        env: { ...process.env, ...compileCache(childPath) },
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const reason = stderr.trim().split('\n').at(-1) || error.message;
        reject(new ConnectionError(`reading the kubeconfig failed: ${reason}`, { cause: error }));
      },
    );
    let line = '';
    child.stdout?.on('data', (text: string) => {
      line += text;
      if (line.endsWith('\n')) resolve(line);
    });
  });
}
