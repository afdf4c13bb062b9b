// Checked reading of one manifest: every accessor names the field and its line when the value has the wrong type. Unlike
// objects/fields.ts, which trusts an API server, this reads what people wrote by hand. An absent or null field
// gives the zero value, as in Go.

import { ManifestError, type ManifestPlace } from './manifest-error.ts';

/** Steps from the top of a document to a value. */
export type FieldPath = readonly (string | number)[];

/** Finds the place of a value; the nearest enclosing one when it has none of its own. */
export type Locate = (path: FieldPath) => ManifestPlace;

type JsonObject = Readonly<Record<string, unknown>>;

/** One JSON object inside a manifest. */
export class ManifestFields {
  readonly #value: JsonObject;
  readonly #path: FieldPath;
  readonly #locate: Locate;
  readonly #label: string;

  /** `label` names the object in messages; `path` starts at the top of the document. */
  constructor(value: JsonObject, path: FieldPath, locate: Locate, label = '') {
    this.#value = value;
    this.#path = path;
    this.#locate = locate;
    this.#label = label;
  }

  /** Whether the field is there and not null. */
  has(key: string): boolean {
    return this.#get(key) !== undefined;
  }

  /** A string, '' when absent. */
  text(key: string): string {
    const value = this.#get(key) ?? '';
    if (typeof value !== 'string') throw this.#mistyped(key, 'a string', value);
    return value;
  }

  /** One of `words`, '' when absent. */
  word(key: string, words: readonly string[]): string {
    const value = this.text(key);
    if (value !== '' && !words.includes(value))
      throw this.fault(key, `must be one of ${words.join(', ')}, not "${value}"`);
    return value;
  }

  /** An integer of that range, `absent` when it is not there. */
  integer(key: string, range: readonly [number, number], absent: number): number {
    const value = this.#get(key) ?? absent;
    const [low, high] = range;
    if (typeof value !== 'number' || !Number.isInteger(value))
      throw this.#mistyped(key, 'an integer', value);
    if (value !== absent && (value < low || value > high))
      throw this.fault(key, `must be between ${low} and ${high}, not ${value}`);
    return value;
  }

  /** A boolean, `absent` when it is not there. */
  flag(key: string, absent = false): boolean {
    const value = this.#get(key) ?? absent;
    if (typeof value !== 'boolean') throw this.#mistyped(key, 'true or false', value);
    return value;
  }

  /** A string or an integer (targetPort), undefined when absent. */
  textOrInteger(key: string): string | number | undefined {
    const value = this.#get(key);
    if (value === undefined || typeof value === 'string' || Number.isInteger(value))
      return value as string | number | undefined;
    throw this.#mistyped(key, 'a string or an integer', value);
  }

  /** A list of strings, empty when absent. */
  texts(key: string): readonly string[] {
    return this.#list(key).map((value, index) => {
      if (typeof value !== 'string')
        throw this.fault(key, `must hold strings only, not ${kindOf(value)}`, [index]);
      return value;
    });
  }

  /** A map of strings (labels, annotations, selectors), empty when absent. */
  textMap(key: string): Readonly<Record<string, string>> {
    const map = this.#get(key) ?? {};
    if (!isObject(map)) throw this.#mistyped(key, 'a map', map);
    const entries = Object.entries(map).map(([name, value]): [string, string] => {
      if (value === null) return [name, ''];
      if (typeof value === 'string') return [name, value];
      throw this.fault(key, `"${name}" must be a string, not ${kindOf(value)}: put it in quotes`, [
        name,
      ]);
    });
    return Object.fromEntries(entries);
  }

  /** The object under `key`, an empty one when absent. */
  child(key: string): ManifestFields {
    const value = this.#get(key) ?? {};
    if (!isObject(value)) throw this.#mistyped(key, 'a map', value);
    return new ManifestFields(value, [...this.#path, key], this.#locate, this.#label);
  }

  /** The objects of the list under `key`, none when absent. */
  children(key: string): readonly ManifestFields[] {
    return this.#list(key).map((value, index) => {
      if (!isObject(value))
        throw this.fault(key, `must hold maps only, not ${kindOf(value)}`, [index]);
      return new ManifestFields(value, [...this.#path, key, index], this.#locate, this.#label);
    });
  }

  /** An error about the field `key`; `within` leads to the part of its value that is wrong. */
  fault(key: string, problem: string, within: FieldPath = []): ManifestError {
    const place = this.#locate([...this.#path, key, ...within]);
    const field = fieldText([...this.#path, key, ...within.filter(isIndex)]);
    return new ManifestError(place, `${this.#label}${field}: ${problem}`);
  }

  #get(key: string): unknown {
    return Object.hasOwn(this.#value, key) ? (this.#value[key] ?? undefined) : undefined;
  }

  #list(key: string): readonly unknown[] {
    const value = this.#get(key) ?? [];
    if (!Array.isArray(value)) throw this.#mistyped(key, 'a list', value);
    return value;
  }

  #mistyped(key: string, wanted: string, value: unknown): ManifestError {
    return this.fault(key, `must be ${wanted}, not ${kindOf(value)}`);
  }
}

/** Whether the value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIndex(step: string | number): step is number {
  return typeof step === 'number';
}

/** `spec.ports[0].port`; the steps into a List (`items`, number) are not shown, the line says it better. */
function fieldText(path: FieldPath): string {
  const inside = path[0] === 'items' && isIndex(path[1] ?? '') ? path.slice(2) : path;
  return inside
    .map((step, i) => (isIndex(step) ? `[${step}]` : `${i > 0 ? '.' : ''}${step}`))
    .join('');
}

/** The kind of a value in words, with the value where it is short. */
export function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `the ${typeof value} ${JSON.stringify(value)}`;
}
