// The work of kubeconfig-child.ts: from a kubeconfig file to a KubeconfigReport. Never imported by the server itself.
// client-node reads the file and runs the auth providers; validation and its texts follow client-go
// (clientcmd/validation.go, client_config.go), whose messages CoreDNS shows.

import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { dirname, isAbsolute, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { parse } from 'yaml';
import { EMPTY_CONFIGURATION, fileErrorText, invalidConfiguration } from './connection-error.ts';
import { openFailure } from './credential-files.ts';
import type { KubeconfigReport, KubeconfigSettings } from './kubeconfig-report.ts';

/** Reads `file`; `context` undefined means its current context. Never rejects. */
export async function kubeconfigReport(
  file: string,
  context: string | undefined,
): Promise<KubeconfigReport> {
  try {
    return { settings: await readSettings(file, context) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function readSettings(
  file: string,
  context: string | undefined,
): Promise<KubeconfigSettings> {
  const text = await readText(file);
  const config = parseConfig(file, text);
  const { contextName, cluster, user } = choose(config, context);
  await validate(cluster, user);

  const folder = dirname(resolve(file));
  const tokenFile = readTokenFileName(text, user.name);
  prepareExec(user, cluster, folder);
  const credential = await obtainCredential(config, contextName, cluster, user);
  return {
    server: cluster.server,
    caFile: cluster.caData ? '' : (cluster.caFile ?? ''),
    ca: pemOf(cluster.caData),
    ...clientCertificate(user, credential),
    serverName: cluster.tlsServerName ?? '',
    isInsecure: cluster.skipTLSVerify,
    proxyUrl: cluster.proxyUrl ?? '',
    headers: credential.headers,
    tokenFile: tokenFile === '' ? '' : resolve(folder, tokenFile),
    expiresAtMs: credential.expiresAtMs,
  };
}

interface Choice {
  readonly contextName: string;
  readonly cluster: Cluster;
  readonly user: User;
}

/** The context with its cluster and user. A user that is missing is an anonymous one, as in client-go. */
function choose(config: KubeConfig, context: string | undefined): Choice {
  const contextName = context || config.getCurrentContext();
  if (!contextName) throw new Error(EMPTY_CONFIGURATION);
  const chosen = config.getContextObject(contextName);
  if (chosen === null) throw new Error(`context ${JSON.stringify(contextName)} does not exist`);
  const cluster = config.getCluster(chosen.cluster);
  if (cluster === null) throw new Error(EMPTY_CONFIGURATION);
  return { contextName, cluster, user: config.getUser(chosen.user) ?? { name: chosen.user } };
}

/** An exec plugin's certificate is stronger than the file's, embedded data stronger than a file name. */
function clientCertificate(
  user: User,
  { cert, key }: Credential,
): Pick<KubeconfigSettings, 'cert' | 'certFile' | 'key' | 'keyFile'> {
  return {
    certFile: cert || user.certData ? '' : (user.certFile ?? ''),
    cert: cert || pemOf(user.certData),
    keyFile: key || user.keyData ? '' : (user.keyFile ?? ''),
    key: key || pemOf(user.keyData),
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(fileErrorText('stat', file, error));
  }
}

/** client-node's own reading, with paths made absolute; its exceptions get client-go's opening words. */
function parseConfig(file: string, text: string): KubeConfig {
  const config = new KubeConfig();
  // An empty file is an empty configuration, not an error of its own.
  if (text.trim() === '') return config;
  try {
    config.loadFromFile(resolve(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`error loading config file ${JSON.stringify(file)}: ${reason}`);
  }
  return config;
}

/** `users[].user.tokenFile`, which client-node passes over (it knows another spelling only). */
function readTokenFileName(text: string, userName: string): string {
  // Few files have one, and reading the text once more takes a while.
  if (!text.includes('tokenFile')) return '';
  const document = parse(text) as { users?: { name?: unknown; user?: { tokenFile?: unknown } }[] };
  const entry = document.users?.find((candidate) => candidate.name === userName);
  const name = entry?.user?.tokenFile;
  return typeof name === 'string' ? name : '';
}

async function validate(cluster: Cluster, user: User): Promise<void> {
  const failures = await Promise.all([
    user.certFile && !user.certData
      ? openFailure('client-cert', user.certFile, user.name)
      : undefined,
    user.keyFile && !user.keyData ? openFailure('client-key', user.keyFile, user.name) : undefined,
    cluster.caFile && !cluster.caData
      ? openFailure('certificate-authority', cluster.caFile, cluster.name)
      : undefined,
  ]);
  const texts = failures.filter((text): text is string => text !== undefined);
  if ((user.certFile || user.certData) && !user.keyFile && !user.keyData) {
    texts.unshift(
      `client-key-data or client-key must be specified for ${user.name} to use the clientCert authentication method.`,
    );
  }
  if (texts.length > 0) throw invalidConfiguration(texts);
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

type CredentialHeaders = { authorization?: string; 'impersonate-user'?: string };

interface Credential {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert: string;
  readonly key: string;
  readonly expiresAtMs: number | null;
}

async function obtainCredential(
  config: KubeConfig,
  context: string,
  cluster: Cluster,
  user: User,
): Promise<Credential> {
  const exec = new ExpiringExecAuth();
  const isExec = exec.isAuthProvider(user);
  const source = new KubeConfig();
  source.loadFromOptions({
    // client-node refuses plain http and odd proxies, neither of which matters for the credential.
    clusters: [{ name: cluster.name, server: 'https://credential.invalid', skipTLSVerify: true }],
    // Exec plugins are run below: the library's own provider does not say when its credential ends.
    users: [isExec ? { ...user, exec: null, authProvider: null } : user],
    contexts: config.getContexts().filter(({ name }) => name === context),
    currentContext: context,
  });
  const options: RequestOptions = { headers: {} };
  await source.applyToHTTPSOptions(options);
  if (isExec) await exec.applyAuthentication(user, options);

  const headers: CredentialHeaders = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (name.toLowerCase() === 'authorization') headers.authorization = String(value);
  }
  if (options.auth) {
    headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  if (user.impersonateUser) headers['impersonate-user'] = user.impersonateUser;
  return {
    headers: { ...headers },
    cert: isExec ? String(options.cert ?? '') : '',
    key: isExec ? String(options.key ?? '') : '',
    expiresAtMs: exec.expiresAtMs ?? tokenExpiry(headers.authorization ?? ''),
  };
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

/** The `exp` claim of a bearer JWT (RFC 7519 section 4.1.4), null for other tokens. */
function tokenExpiry(authorization: string): number | null {
  const claims = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization)?.[1];
  if (claims === undefined) return null;
  try {
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}

function pemOf(base64: string | undefined | null): string {
  return base64 ? Buffer.from(base64, 'base64').toString() : '';
}
