// From a file's name to the zone that it holds: a regular expression (Go's syntax, linear time) and a template in Go's
// expansion syntax (regexp.Expand; plugin/auto/walk.go, matches).

import { RE2JS } from 're2js';

/** `db.example.org` holds `example.org`. */
const DEFAULT_PATTERN = 'db\\.(.*)';
const DEFAULT_TEMPLATE = '{1}';

/** `$$`, `${name}` or `$name`. */
const REFERENCE = /\$(?:(\$)|\{(\w+)\}|(\w+))/g;

/** A pattern with its template. */
export class FilePattern {
  readonly #pattern: RE2JS;
  readonly #template: string;

  /** Throws with the expression's error. `{1}` in the template stands for the first group. */
  constructor(pattern: string = DEFAULT_PATTERN, template: string = DEFAULT_TEMPLATE) {
    this.#pattern = RE2JS.compile(pattern);
    this.#template = template.replaceAll('{', '${');
  }

  /** Groups in the pattern. */
  get groups(): number {
    return this.#pattern.groupCount();
  }

  /** The zone of a file name without folder; undefined when the file is none, or the zone would be empty. */
  zoneOf(fileName: string): string | undefined {
    const matcher = this.#pattern.matcher(fileName);
    if (!matcher.find()) return undefined;
    const named = this.#pattern.namedGroups();
    const zone = this.#template.replace(REFERENCE, (_, dollar, braced, plain) => {
      if (dollar !== undefined) return '$';
      const name: string = braced ?? plain;
      const group = /^\d+$/.test(name) ? Number(name) : named[name];
      return group === undefined || group > this.groups ? '' : (matcher.group(group) ?? '');
    });
    return zone === '' ? undefined : zone;
  }
}
