// What the parser needs of the file system, handed in so that this room stays pure. The real reader is built where the
// program meets Node; tests use one over a plain object.

/** Either the text, or the reason why there is none (`is a directory`, `open /x: permission denied`). */
export type ReadResult = { readonly text: string } | { readonly error: string };

/** Read access to files. All paths that the parser passes are absolute and clean, with forward slashes. */
export interface SourceReader {
  /** Absolute path from which a relative Corefile path counts. */
  readonly workingDirectory: string;
  /** Contents of a file as UTF-8 with any byte order mark left in, or why it cannot be read. */
  readFile(path: string): ReadResult;
  /** Whether something stands at the path: file, folder or dangling link. */
  exists(path: string): boolean;
  /** Names in a folder, hidden ones too, in any order; [] when it is no folder or unreadable. */
  listNames(directory: string): readonly string[];
}
