// Label selectors of workloads and Services (not the command line's text form, which kubernetes/ has elsewhere).

import type { ManifestFields } from './manifest-fields.ts';

export type Labels = Readonly<Record<string, string>>;

/** Decides whether labels match. */
export type Selector = (labels: Labels) => boolean;

/** Matches labels that hold all of `wanted`; nothing when `wanted` is empty, as for a Service without selector. */
export function mapSelector(wanted: Labels): Selector {
  const entries = Object.entries(wanted);
  return (labels) =>
    entries.length > 0 &&
    entries.every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value);
}

/**
 * The selector of a workload: a LabelSelector, or the plain map of a ReplicationController. A missing or empty one
 * means the labels of the template, the default that the early API versions had.
 */
export function workloadSelector(
  spec: ManifestFields,
  isPlainMap: boolean,
  template: Labels,
): Selector {
  if (isPlainMap) {
    const map = spec.textMap('selector');
    return mapSelector(Object.keys(map).length > 0 ? map : template);
  }
  const selector = spec.child('selector');
  const matchLabels = selector.textMap('matchLabels');
  const requirements = selector.children('matchExpressions').map(readRequirement);
  if (requirements.length === 0)
    return mapSelector(Object.keys(matchLabels).length > 0 ? matchLabels : template);
  const hasLabels = Object.keys(matchLabels).length === 0 ? () => true : mapSelector(matchLabels);
  return (labels) => hasLabels(labels) && requirements.every((matches) => matches(labels));
}

function readRequirement(expression: ManifestFields): Selector {
  const key = expression.text('key');
  const values = expression.texts('values');
  const operator = expression.word('operator', ['In', 'NotIn', 'Exists', 'DoesNotExist']);
  switch (operator) {
    case 'In':
      return (labels) => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '');
    case 'NotIn':
      return (labels) => !(Object.hasOwn(labels, key) && values.includes(labels[key] ?? ''));
    case 'Exists':
      return (labels) => Object.hasOwn(labels, key);
    case 'DoesNotExist':
      return (labels) => !Object.hasOwn(labels, key);
    default:
      throw expression.fault('operator', 'is missing');
  }
}
