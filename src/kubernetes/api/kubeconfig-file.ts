// A kubeconfig file's text -> the chosen context, checked. Entries are read by @kubernetes/client-node's own functions; validation and its
// texts follow client-go (clientcmd/validation.go, client_config.go), whose messages CoreDNS shows. Loaded for kubeconfigs only.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type Cluster,
  type Context,
  newClusters,
  newContexts,
  newUsers,
  type User,
} from '@kubernetes/client-node/dist/config_types.js';
import { parse } from 'yaml';
import {
  ConnectionError,
  EMPTY_CONFIGURATION,
  fileErrorText,
  invalidConfiguration,
} from './connection-error.ts';
import { openFailure } from './credential-files.ts';
import type { Credential, KubeconfigSettings } from './kubeconfig-report.ts';

/** A context with its cluster and user. Names of files are absolute. */
export interface KubeconfigChoice {
  readonly contextName: string;
  readonly cluster: Cluster;
  readonly user: User;
  /** Of the user; '' when there is none. */
  readonly tokenFile: string;
}

/** A kubeconfig's document as far as it matters here; anything may be missing or of another type. */
interface KubeconfigDocument {
  readonly clusters?: unknown;
  readonly contexts?: unknown;
  readonly users?: unknown;
  readonly 'current-context'?: unknown;
}

/** What the document lists, with absolute names of files. */
interface Entries {
  readonly clusters: readonly Cluster[];
  readonly contexts: readonly Context[];
  readonly users: readonly User[];
  readonly tokenFiles: ReadonlyMap<string, string>;
  readonly currentContext: string;
}

/** Reads `file`; `context` undefined means its current context. Rejects with ConnectionError, whose message is client-go's text. */
export async function readKubeconfig(
  file: string,
  context: string | undefined,
): Promise<KubeconfigChoice> {
  const entries = readEntries(file, await readText(file));
  const choice = choose(entries, context || entries.currentContext);
  await validate(choice.cluster, choice.user);
  return choice;
}

/** Whether only a plugin of client-node knows the credential. */
export function needsPlugin({ exec, authProvider }: User): boolean {
  return Boolean(exec) || Boolean(authProvider);
}

/** What the file itself says. A name and password are stronger than a token, as in client-node. */
export function fileCredential({ token, username, password }: User): Credential {
  const bearer = token ? `Bearer ${token}` : '';
  const authorization = username ? basicAuthorization(`${username}:${password ?? ''}`) : bearer;
  return {
    headers: authorization === '' ? {} : { authorization },
    cert: '',
    key: '',
    expiresAtMs: tokenExpiry(authorization),
  };
}

/** The Authorization field of a name and password, `NAME:PASSWORD` (RFC 7617 section 2). */
export function basicAuthorization(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** The settings of a context with its credential, whose certificate is stronger than the file's; embedded data is stronger than a file name. */
export function settingsOf(
  { cluster, user, tokenFile }: KubeconfigChoice,
  { headers, cert, key, expiresAtMs }: Credential,
): KubeconfigSettings {
  return {
    server: cluster.server,
    caFile: cluster.caData ? '' : (cluster.caFile ?? ''),
    ca: decode(cluster.caData),
    certFile: cert || user.certData ? '' : (user.certFile ?? ''),
    cert: cert || decode(user.certData),
    keyFile: key || user.keyData ? '' : (user.keyFile ?? ''),
    key: key || decode(user.keyData),
    serverName: cluster.tlsServerName ?? '',
    isInsecure: cluster.skipTLSVerify,
    proxyUrl: cluster.proxyUrl ?? '',
    headers: user.impersonateUser
      ? { ...headers, 'impersonate-user': user.impersonateUser }
      : headers,
    tokenFile,
    expiresAtMs,
  };
}

/** The `exp` claim of a bearer JWT (RFC 7519 section 4.1.4), null for other tokens. */
export function tokenExpiry(authorization: string): number | null {
  const claims = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization)?.[1];
  if (claims === undefined) return null;
  try {
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConnectionError(fileErrorText('stat', file, error), { cause: error });
  }
}

/** Exceptions get client-go's opening words. An empty file is an empty configuration, not an error of its own. */
function readEntries(file: string, text: string): Entries {
  const folder = dirname(resolve(file));
  try {
    const document = ((parse(text, { merge: true, logLevel: 'error' }) as unknown) ??
      {}) as KubeconfigDocument;
    return {
      clusters: newClusters(document.clusters).map((each) => absolutePaths(each, folder)),
      contexts: newContexts(document.contexts),
      users: newUsers(document.users).map((each) => absolutePaths(each, folder)),
      tokenFiles: tokenFilesOf(document.users, folder),
      currentContext: String(document['current-context'] ?? ''),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConnectionError(`error loading config file ${JSON.stringify(file)}: ${reason}`, {
      cause: error,
    });
  }
}

/** An entry whose names of files count from the kubeconfig's folder. */
function absolutePaths<T extends Cluster | User>(entry: T, folder: string): T {
  const paths = Object.entries(entry).filter(([key, value]) => key.endsWith('File') && value);
  return {
    ...entry,
    ...Object.fromEntries(paths.map(([key, path]) => [key, resolve(folder, path as string)])),
  };
}

/** `users[].user.tokenFile` by the user's name: client-node passes it over (it knows another spelling only). */
function tokenFilesOf(users: unknown, folder: string): ReadonlyMap<string, string> {
  const list = (Array.isArray(users) ? users : []) as readonly {
    readonly name: string;
    readonly user?: { readonly tokenFile?: unknown } | null;
  }[];
  return new Map(
    list.flatMap(({ name, user }) =>
      typeof user?.tokenFile === 'string' && user.tokenFile !== ''
        ? [[name, resolve(folder, user.tokenFile)] as const]
        : [],
    ),
  );
}

/** The context with its cluster and user. A user that is missing is an anonymous one, as in client-go. */
function choose(entries: Entries, contextName: string): KubeconfigChoice {
  if (contextName === '') throw new ConnectionError(EMPTY_CONFIGURATION);
  const context = entries.contexts.find(({ name }) => name === contextName);
  if (context === undefined) {
    throw new ConnectionError(`context ${JSON.stringify(contextName)} does not exist`);
  }
  const cluster = entries.clusters.find(({ name }) => name === context.cluster);
  if (cluster === undefined) throw new ConnectionError(EMPTY_CONFIGURATION);
  const user = entries.users.find(({ name }) => name === context.user) ?? { name: context.user };
  return { contextName, cluster, user, tokenFile: entries.tokenFiles.get(user.name) ?? '' };
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

function decode(base64: string | undefined | null): string {
  return base64 ? Buffer.from(base64, 'base64').toString() : '';
}
