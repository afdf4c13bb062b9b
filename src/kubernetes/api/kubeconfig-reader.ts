// The work of kubeconfig-child.ts: from a kubeconfig file whose credential only a plugin knows to a KubeconfigReport. Never imported by the
// server itself: @kubernetes/client-node runs the auth providers.

import type { RequestOptions } from 'node:https';
import { dirname, isAbsolute, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import {
  basicAuthorization,
  type KubeconfigChoice,
  readKubeconfig,
  settingsOf,
  tokenExpiry,
} from './kubeconfig-file.ts';
import type { Credential, KubeconfigReport } from './kubeconfig-report.ts';

/** Reads `file`; `context` undefined means its current context. Never rejects. */
export async function kubeconfigReport(
  file: string,
  context: string | undefined,
): Promise<KubeconfigReport> {
  try {
    const choice = await readKubeconfig(file, context);
    prepareExec(choice.user, choice.cluster, dirname(resolve(file)));
    return { settings: settingsOf(choice, await obtainCredential(choice)) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** What exec plugins expect and client-node leaves out: paths relative to the file, and KUBERNETES_EXEC_INFO. */
function prepareExec(user: User, cluster: Cluster, folder: string): void {
  const { exec } = user;
  if (!exec) return;
  if (typeof exec.command === 'string' && exec.command.includes('/') && !isAbsolute(exec.command)) {
    exec.command = resolve(folder, exec.command);
  }
  const clusterInfo = {
    server: cluster.server,
    'certificate-authority-data': cluster.caData,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify,
  };
  const info = JSON.stringify({
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: clusterInfo } : {}) },
  });
  Object.assign(process.env, { KUBERNETES_EXEC_INFO: info });
}

async function obtainCredential({
  contextName,
  cluster,
  user,
}: KubeconfigChoice): Promise<Credential> {
  const exec = new ExpiringExecAuth();
  const isExec = exec.isAuthProvider(user);
  const source = new KubeConfig();
  source.loadFromOptions({
    // client-node refuses plain http and odd proxies, neither of which matters for the credential.
    clusters: [{ name: cluster.name, server: 'https://credential.invalid', skipTLSVerify: true }],
    // Exec plugins are run below: the library's own provider does not say when its credential ends.
    users: [isExec ? { ...user, exec: null, authProvider: null } : user],
    contexts: [{ name: contextName, cluster: cluster.name, user: user.name }],
    currentContext: contextName,
  });
  const options: RequestOptions = { headers: {} };
  await source.applyToHTTPSOptions(options);
  if (isExec) await exec.applyAuthentication(user, options);

  const authorization = authorizationOf(options);
  return {
    headers: authorization === '' ? {} : { authorization },
    cert: isExec ? String(options.cert ?? '') : '',
    key: isExec ? String(options.key ?? '') : '',
    expiresAtMs: exec.expiresAtMs ?? tokenExpiry(authorization),
  };
}

/** The Authorization field that client-node asks for, '' for none. */
function authorizationOf({ auth, headers }: RequestOptions): string {
  if (auth) return basicAuthorization(auth);
  const field = Object.entries(headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'authorization',
  );
  return String(field?.[1] ?? '');
}

/** client-node's exec provider, which also says when the credential ends. */
class ExpiringExecAuth extends ExecAuth {
  expiresAtMs: number | null = null;

  override async applyAuthentication(user: User, options: RequestOptions): Promise<void> {
    await super.applyAuthentication(user, options);
    // The library keeps the whole credential in a private cache and hands out only parts of it.
    const { tokenCache } = this as unknown as {
      tokenCache: Readonly<Record<string, { status?: { expirationTimestamp?: string } }>>;
    };
    const end = Date.parse(tokenCache[user.name]?.status?.expirationTimestamp ?? '');
    this.expiresAtMs = Number.isNaN(end) ? null : end;
  }
}
