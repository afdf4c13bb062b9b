// The file that `prometheus { tls FILE }` names: the web configuration of Prometheus exporters, of which the TLS part is
// read (exporter-toolkit, web/tls_config.go). Other parts are refused, so that nobody trusts in what is not there.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SecureVersion } from 'node:tls';
import type { HttpTls } from '../../plugin/http-listener.ts';

/** The file as it may be. */
interface WebConfig {
  readonly tls_server_config?: unknown;
}

/** Its TLS part; file names count from the folder of the web configuration. */
interface TlsSection {
  readonly cert_file?: unknown;
  readonly key_file?: unknown;
  readonly client_ca_file?: unknown;
  readonly client_auth_type?: unknown;
  readonly min_version?: unknown;
}

type ClientAuth = Pick<HttpTls, 'requestCert' | 'rejectUnauthorized'>;

const CLIENT_AUTH: ReadonlyMap<unknown, ClientAuth> = new Map([
  ['NoClientCert', {}],
  ['RequestClientCert', { requestCert: true, rejectUnauthorized: false }],
  ['RequireAndVerifyClientCert', { requestCert: true, rejectUnauthorized: true }],
]);

const VERSIONS: ReadonlyMap<unknown, SecureVersion> = new Map<unknown, SecureVersion>([
  ['TLS10', 'TLSv1'],
  ['TLS11', 'TLSv1.1'],
  ['TLS12', 'TLSv1.2'],
  ['TLS13', 'TLSv1.3'],
]);

/** TLS settings of a web configuration file, undefined if it asks for plain HTTP. Rejects with the reason. */
export async function readWebConfig(file: string): Promise<HttpTls | undefined> {
  // Loaded only where a Corefile asks for TLS.
  const { parse } = await import('yaml');
  const config: WebConfig = mapping(parse(await readFile(file, 'utf8')), 'web config');
  for (const key of Object.keys(config)) {
    if (key !== 'tls_server_config') throw new Error(`${key}: not supported yet`);
  }
  const tls = config.tls_server_config;
  return tls === undefined ? undefined : await readTls(mapping(tls, 'tls_server_config'), file);
}

async function readTls(tls: TlsSection, file: string): Promise<HttpTls> {
  const clientAuth = CLIENT_AUTH.get(tls.client_auth_type ?? 'NoClientCert');
  if (clientAuth === undefined) throw new Error(`invalid ClientAuth: ${tls.client_auth_type}`);
  const minVersion = VERSIONS.get(tls.min_version ?? 'TLS12');
  if (minVersion === undefined) throw new Error(`unknown TLS version: ${tls.min_version}`);
  const folder = dirname(file);
  const cert = await readNamed(tls.cert_file, 'cert_file', folder);
  const key = await readNamed(tls.key_file, 'key_file', folder);
  if (tls.client_ca_file === undefined) return { cert, key, minVersion, ...clientAuth };
  const ca = await readNamed(tls.client_ca_file, 'client_ca_file', folder);
  return { cert, key, ca, minVersion, ...clientAuth };
}

function readNamed(name: unknown, option: string, folder: string): Promise<Buffer> {
  if (typeof name !== 'string' || name === '') throw new Error(`missing ${option}`);
  return readFile(resolve(folder, name));
}

/** A mapping of a YAML document; an empty document is an empty one. */
function mapping(value: unknown, what: string): object {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object') throw new Error(`${what} is no mapping`);
  return value;
}
