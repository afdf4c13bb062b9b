// Slash-separated paths as text, after Go's path/filepath: this room may not ask Node for them.

/** The shortest equal path: no `.`, no `..` where it can be resolved, no doubled or trailing slash (filepath.Clean). */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (parts.length === 0 && !isAbsolute) || parts.at(-1) === '..')
      parts.push(part);
    else parts.pop();
  }
  const joined = parts.join('/');
  if (isAbsolute) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

/** `path` seen from the absolute folder `base`: itself when absolute, else the two joined and cleaned. */
export function resolvePath(base: string, path: string): string {
  return path.startsWith('/') ? path : cleanPath(`${base}/${path}`);
}

/** The folder of a path: all before the last slash, cleaned (filepath.Dir). */
export function folderOf(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}
