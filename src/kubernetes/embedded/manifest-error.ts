// The error of manifests mode: says which file, document and line is wrong, and what. It is thrown by the readers of this
// folder; at the first load it ends the start, later the source logs it and goes on with the last good state.

import { RuntimeFault } from '../../base/runtime-error.ts';

/** A place in the manifests. `document` and `line` count from 1; 0 means that the place is the whole file. */
export interface ManifestPlace {
  readonly file: string;
  readonly document: number;
  readonly line: number;
}

/** A place in words: `FILE: document 2, line 17`. */
export function placeText(place: ManifestPlace): string {
  if (place.document === 0) return place.file;
  return `${place.file}: document ${place.document}, line ${place.line}`;
}

/** A manifest that cannot be used. The message starts with the place. */
export class ManifestError extends RuntimeFault {
  readonly place: ManifestPlace;

  constructor(place: ManifestPlace, problem: string) {
    super('MANIFEST_INVALID', `${placeText(place)}: ${problem}`);
    this.name = 'ManifestError';
    this.place = place;
  }
}
