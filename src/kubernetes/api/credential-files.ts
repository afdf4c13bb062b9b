// Reads the files that credentials live in: PEM files and bearer token files. Reading is asynchronous because the
// files may sit on a slow volume and are read again while the server runs.

import { open, readFile } from 'node:fs/promises';
import { ConnectionError, fileErrorText } from './connection-error.ts';

/** Text of a PEM file, '' for the path ''. Throws ConnectionError with Go's text. */
export async function readPemFile(path: string): Promise<string> {
  if (path === '') return '';
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConnectionError(fileErrorText('open', path, error), { cause: error });
  }
}

/** A bearer token without surrounding white space. Throws ConnectionError, also when the file holds none. */
export async function readTokenFile(path: string): Promise<string> {
  const token = (await readPemFile(path)).trim();
  if (token === '') throw new ConnectionError(`read empty token from file ${JSON.stringify(path)}`);
  return token;
}

/**
 * Why a file of a configuration cannot be opened, or undefined when it can; `what` names it as client-go does, for
 * example `client-cert` (clientcmd/validation.go).
 */
export async function openFailure(
  what: string,
  path: string,
  owner: string,
): Promise<string | undefined> {
  try {
    await (await open(path)).close();
    return undefined;
  } catch (error) {
    return `unable to read ${what} ${path} for ${owner} due to ${fileErrorText('open', path, error)}`;
  }
}
