// Documents -> manifests: Lists are opened, every object gets its kind, namespace and name checked, and objects of other
// kinds are counted. One manifest is one object of the embedded cluster, as it was written.

import { readDocuments } from './documents.ts';
import { type Kind, knownKind } from './kinds.ts';
import { ManifestError, type ManifestPlace, placeText } from './manifest-error.ts';
import {
  type FieldPath,
  isObject,
  kindOf,
  type Locate,
  ManifestFields,
} from './manifest-fields.ts';

/** A text to read: a file, or standard input under the name `-`. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

/** One object of a known kind. */
export interface Manifest {
  readonly kind: Kind;
  readonly apiVersion: string;
  /** '' for a Namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The object as written, with its namespace filled in. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly fields: ManifestFields;
  /** Where the object begins. Found only when asked for, since that may take a second parsing. */
  readonly place: () => ManifestPlace;
}

/** What the texts hold. */
export interface ManifestSet {
  readonly manifests: readonly Manifest[];
  /** Namespaces that objects of any kind name. */
  readonly namespaces: ReadonlySet<string>;
  /** Number of objects of other kinds, by kind. */
  readonly passedOver: ReadonlyMap<string, number>;
}

/** Receives the objects of one load. */
interface Collector {
  readonly defaultNamespace: string;
  readonly manifests: Manifest[];
  readonly namespaces: Set<string>;
  readonly passedOver: Map<string, number>;
}

// RFC 1123 as Kubernetes checks it: a label for what becomes a DNS label, a subdomain for the rest.
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_SUBDOMAIN_LENGTH = 253;
const LABEL_KINDS: ReadonlySet<Kind> = new Set(['Namespace', 'Service']);

/** Reads the texts of one PATH. Throws ManifestError at the first malformed document or object. */
export function readManifests(
  texts: readonly ManifestText[],
  defaultNamespace: string,
): ManifestSet {
  const collector: Collector = {
    defaultNamespace,
    manifests: [],
    namespaces: new Set(),
    passedOver: new Map(),
  };
  for (const { file, text } of texts) {
    for (const document of readDocuments(file, text))
      readObject(document.value, [], (path) => document.locate(path), collector);
  }
  return collector;
}

/** Reads one object or List; `path` leads to it inside its document. */
function readObject(value: unknown, path: FieldPath, locate: Locate, collector: Collector): void {
  if (!isObject(value))
    throw new ManifestError(locate(path), `not a Kubernetes object but ${kindOf(value)}`);
  const fields = new ManifestFields(value, path, locate);
  const kind = fields.text('kind');
  const apiVersion = fields.text('apiVersion');
  if (kind === '' || apiVersion === '')
    throw new ManifestError(
      locate(path),
      `not a Kubernetes object: ${kind === '' ? 'kind' : 'apiVersion'} is missing`,
    );
  if (kind.endsWith('List') && fields.has('items')) readList(value, path, locate, collector);
  else readSingle(value, path, locate, collector);
}

/** `kind: List` holds whole objects; in a ServiceList and its like the items leave out kind and apiVersion. */
function readList(
  list: Readonly<Record<string, unknown>>,
  path: FieldPath,
  locate: Locate,
  collector: Collector,
): void {
  const fields = new ManifestFields(list, path, locate);
  const inherited =
    fields.text('kind') === 'List'
      ? {}
      : {
          kind: fields.text('kind').slice(0, -'List'.length),
          apiVersion: fields.text('apiVersion'),
        };
  const { items } = list as { readonly items?: unknown };
  if (!Array.isArray(items)) throw fields.fault('items', `must be a list, not ${kindOf(items)}`);
  for (const [index, item] of items.entries())
    readObject(
      isObject(item) ? { ...inherited, ...item } : item,
      [...path, 'items', index],
      locate,
      collector,
    );
}

/** Checks what every object has, then keeps it or counts it. */
function readSingle(
  raw: Readonly<Record<string, unknown>>,
  path: FieldPath,
  locate: Locate,
  collector: Collector,
): void {
  const bare = new ManifestFields(raw, path, locate);
  const kindWord = bare.text('kind');
  const metadata = bare.child('metadata');
  const label = `${kindWord} ${JSON.stringify(metadata.text('name'))}: `;
  const fields = new ManifestFields(raw, path, locate, label);
  const ownNamespace = checkedNamespace(fields);
  if (ownNamespace !== '') collector.namespaces.add(ownNamespace);
  const kind = knownKind(bare.text('apiVersion'), kindWord);
  if (kind === undefined) {
    collector.passedOver.set(kindWord, (collector.passedOver.get(kindWord) ?? 0) + 1);
    return;
  }
  const namespace = kind === 'Namespace' ? '' : ownNamespace || collector.defaultNamespace;
  collector.manifests.push({
    kind,
    apiVersion: bare.text('apiVersion'),
    namespace,
    name: checkedName(fields, kind),
    labels: fields.child('metadata').textMap('labels'),
    annotations: fields.child('metadata').textMap('annotations'),
    raw: namespace === '' ? raw : withNamespace(raw, namespace),
    fields,
    place: () => locate(path),
  });
}

function withNamespace(
  raw: Readonly<Record<string, unknown>>,
  namespace: string,
): Readonly<Record<string, unknown>> {
  const { metadata } = raw as { readonly metadata?: object };
  return { ...raw, metadata: { ...metadata, namespace } };
}

/** '' when the object names none. */
function checkedNamespace(fields: ManifestFields): string {
  const metadata = fields.child('metadata');
  const namespace = metadata.text('namespace');
  if (namespace !== '' && !LABEL.test(namespace))
    throw metadata.fault('namespace', `"${namespace}" is no valid namespace name`);
  return namespace;
}

function checkedName(fields: ManifestFields, kind: Kind): string {
  const metadata = fields.child('metadata');
  const name = metadata.text('name');
  if (name === '') throw metadata.fault('name', 'is missing');
  const isValid = LABEL_KINDS.has(kind)
    ? LABEL.test(name)
    : SUBDOMAIN.test(name) && name.length <= MAX_SUBDOMAIN_LENGTH;
  if (!isValid) throw metadata.fault('name', `"${name}" is no valid name of a ${kind}`);
  return name;
}

/** Names an object in messages: `Service default/web (FILE: document 1, line 3)`. */
export function manifestText(manifest: Manifest): string {
  const where = manifest.namespace === '' ? '' : `${manifest.namespace}/`;
  return `${manifest.kind} ${where}${manifest.name} (${placeText(manifest.place())})`;
}
