// Label and field selectors of the Kubernetes API, as the list and watch requests of tests carry them.

/** What of an object a selector looks at. */
export interface Selectable {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

type Labels = Readonly<Record<string, string>>;
type Term = (labels: Labels) => boolean;

/** Whether an object fits both selectors of a request; empty texts fit all. */
export function objectSelector(query: URLSearchParams): (object: Selectable) => boolean {
  // A comma within brackets belongs to a set.
  const labelTerms = split(query.get('labelSelector'), /,(?![^(]*\))/).map(labelTerm);
  const fieldTerms = split(query.get('fieldSelector'), /,/).map(fieldTerm);
  return (object) =>
    labelTerms.every((fits) => fits(object.metadata.labels ?? {})) &&
    fieldTerms.every((fits) => fits(object));
}

function split(text: string | null, separator: RegExp): string[] {
  return (text ?? '').split(separator).filter((term) => term !== '');
}

function labelTerm(text: string): Term {
  const set = /^(.+?)\s+(in|notin)\s+\((.*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in');
  }
  const equality = /^(.+?)(!=|==?)(.*)$/.exec(text);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  return text.startsWith('!') ? (labels) => !(text.slice(1) in labels) : (labels) => text in labels;
}

function fieldTerm(text: string): (object: unknown) => boolean {
  const [, path = '', operator, wanted] = /^(.+?)(!=|==?)(.*)$/.exec(text) ?? [];
  return (object) => {
    let value: unknown = object;
    for (const key of path.split('.'))
      value = (value as Record<string, unknown> | undefined)?.[key];
    return ((value ?? '') === wanted) === (operator !== '!=');
  };
}
