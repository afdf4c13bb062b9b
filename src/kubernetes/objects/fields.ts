// Reads fields of objects that came as JSON or YAML, where nothing is certain: a missing or mistyped field gives the
// zero value, as it does in Go's decoder after defaulting. Used by the trim functions beside it; no validation here.

/** Every field that is read of an object, at any depth. */
export type FieldName =
  | 'addressType'
  | 'addresses'
  | 'annotations'
  | 'clusterIP'
  | 'clusterIPs'
  | 'code'
  | 'conditions'
  | 'continue'
  | 'deletionTimestamp'
  | 'details'
  | 'endpoints'
  | 'externalIPs'
  | 'externalName'
  | 'hostname'
  | 'ingress'
  | 'ip'
  | 'ips'
  | 'kind'
  | 'labels'
  | 'loadBalancer'
  | 'message'
  | 'metadata'
  | 'name'
  | 'namespace'
  | 'podIP'
  | 'port'
  | 'ports'
  | 'protocol'
  | 'ready'
  | 'reason'
  | 'resourceVersion'
  | 'retryAfterSeconds'
  | 'spec'
  | 'status'
  | 'subsets'
  | 'targetRef'
  | 'type'
  | 'zone';

/** A JSON object of unknown shape. */
export type Fields = Readonly<Partial<Record<FieldName, unknown>>>;

const NO_FIELDS: Fields = Object.freeze({});

/** The value as an object; an empty one when it is none (arrays are none). */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : NO_FIELDS;
}

/** The value as text, '' when it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value as an integer, or `absent` when it is none. */
export function integerOf(value: unknown, absent: number): number {
  return typeof value === 'number' && Number.isInteger(value) ? value : absent;
}

/** The value as a list, empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The strings of a list; other elements are left out. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((element): element is string => typeof element === 'string');
}

/** The text that a map (labels, annotations) has for a key, '' when it has none. */
export function entryOf(map: unknown, key: string): string {
  return textOf((fieldsOf(map) as Readonly<Record<string, unknown>>)[key]);
}

/** A map of strings (labels, annotations); entries with other values are left out. */
export function textMapOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
