// What label keys and values may look like, with the error texts of apimachinery's validation (content.IsLabelKey, IsLabelValue).

import { quote } from '../../base/go-text.ts';

const NAME_FORM = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const NAME = new RegExp(`^${NAME_FORM}$`);
const NAME_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const VALUE_FORM = `(${NAME_FORM})?`;
const VALUE_TEXT = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
const DOMAIN_FORM = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const DOMAIN = new RegExp(`^${DOMAIN_FORM}$`);
const DOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

const MAX_NAME = 63;
const MAX_DOMAIN = 253;

/** Why a text is no label key, undefined when it is one. */
export function labelKeyFault(key: string): string | undefined {
  const [first = '', second, third] = key.split('/');
  if (third !== undefined) {
    const text = `a valid label key ${regexText(NAME_TEXT, NAME_FORM, ['MyName', 'my.name', '123-abc'])} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
    return `<nil>: Invalid value: ${quote(key)}: ${text}`;
  }
  const faults =
    second === undefined ? nameFaults(first) : [...prefixFaults(first), ...nameFaults(second)];
  return faults.length === 0
    ? undefined
    : `<nil>: Invalid value: ${quote(key)}: ${faults.join('; ')}`;
}

/** Why the value of that number is no label value, undefined when it is one. */
export function labelValueFault(key: string, index: number, value: string): string | undefined {
  const faults: string[] = [];
  if (value.length > MAX_NAME) faults.push(lengthText(MAX_NAME));
  if (value !== '' && !NAME.test(value)) {
    faults.push(regexText(VALUE_TEXT, VALUE_FORM, ['MyValue', 'my_value', '12345']));
  }
  if (faults.length === 0) return undefined;
  return `values[${index}][${key}]: Invalid value: ${quote(value)}: ${faults.join('; ')}`;
}

/** The part behind the slash, or all of a key without one. */
function nameFaults(name: string): string[] {
  const faults: string[] = [];
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > MAX_NAME) faults.push(`name part ${lengthText(MAX_NAME)}`);
  if (!NAME.test(name)) {
    faults.push(`name part ${regexText(NAME_TEXT, NAME_FORM, ['MyName', 'my.name', '123-abc'])}`);
  }
  return faults;
}

/** The part in front of the slash: a DNS name. */
function prefixFaults(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const faults: string[] = [];
  if (prefix.length > MAX_DOMAIN) faults.push(`prefix part ${lengthText(MAX_DOMAIN)}`);
  if (!DOMAIN.test(prefix)) {
    faults.push(`prefix part ${regexText(DOMAIN_TEXT, DOMAIN_FORM, ['example.com'])}`);
  }
  return faults;
}

function lengthText(most: number): string {
  return `must be no more than ${most} bytes`;
}

/** apimachinery's sentence about a form, with its odd commas. */
function regexText(text: string, form: string, examples: readonly string[]): string {
  const list = examples.map((example) => `'${example}', `).join(' or ');
  return `${text} (e.g. ${list}regex used for validation is '${form}')`;
}
