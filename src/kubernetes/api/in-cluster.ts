// Connection settings of a pod: address from the environment, token and CA from the service account mount
// (client-go rest/config.go, InClusterConfig). The token is read again at every load, because kubelet rotates it.

import { join } from 'node:path';
import { ConnectionError } from './connection-error.ts';
import { type ConnectionState, NO_TLS, parseServerAddress } from './connection-state.ts';
import { readPemFile, readTokenFile } from './credential-files.ts';

/** Where kubelet mounts the service account. */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The environment variables that kubelet sets in every pod. */
export interface InClusterEnvironment {
  readonly KUBERNETES_SERVICE_HOST?: string | undefined;
  readonly KUBERNETES_SERVICE_PORT?: string | undefined;
}

/** Loads the settings. Throws ConnectionError; a missing CA file only means the system's roots, as in client-go. */
export async function loadInCluster(
  env: InClusterEnvironment,
  folder: string,
): Promise<ConnectionState> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = env;
  if (host === '' || port === '') {
    throw new ConnectionError(
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
    );
  }
  const token = await readTokenFile(join(folder, 'token'));
  const ca = await readPemFile(join(folder, 'ca.crt')).catch(() => '');
  return {
    server: parseServerAddress(`https://${host.includes(':') ? `[${host}]` : host}:${port}`, true),
    tls: { ...NO_TLS, ca },
    headers: { authorization: `Bearer ${token}` },
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
}
