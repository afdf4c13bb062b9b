// Where the Corefile comes from: a file, standard input, or the file `Corefile` in the working folder, whose
// absence means CoreDNS's built-in one (coremain/run.go, confLoader and defaultLoader).

import { existsSync, readFileSync } from 'node:fs';
import type { CorefileText } from '../server/corefile-loader.ts';
import { readFailure } from './file-reader.ts';

const DEFAULT_FILE = 'Corefile';

/** A Corefile that can be read again on a reload. */
export interface CorefileSource {
  /** The name that errors show. */
  readonly fileName: string;
  /** Throws an Error with Go's text (`open F: no such file or directory`). */
  read(): CorefileText;
}

/** The source for the value of -conf; '' when the flag was not given. */
export function corefileSource(conf: string): CorefileSource {
  if (conf === 'stdin') return standardInput();
  const fileName = conf === '' ? DEFAULT_FILE : conf;
  return {
    fileName,
    read: () =>
      conf === '' && !existsSync(fileName) ? { fileName, text: '' } : readFile(fileName),
  };
}

/** Standard input can be read once; a reload gets the same text again. */
function standardInput(): CorefileSource {
  const fileName = '/dev/stdin';
  let text: string | undefined;
  return {
    fileName,
    read: () => {
      text ??= readFileSync(0, 'utf8');
      return { fileName, text };
    },
  };
}

function readFile(fileName: string): CorefileText {
  try {
    return { fileName, text: readFileSync(fileName, 'utf8') };
  } catch (error) {
    throw new Error(readFailure(fileName, error));
  }
}
