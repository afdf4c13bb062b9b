// Finds and replaces in names in text form, for all rules that look at a name. Expressions are RE2: their time is linear
// in the name, whatever a client asks for.

import { type Matcher, RE2JS } from 're2js';
import type { NamePattern } from './options.ts';

/** Makes the new name, or undefined when the name does not match. */
export type Replacer = (name: string) => string | undefined;

/** Whether a name matches. */
export type Tester = (name: string) => boolean;

/** Compiles a test. The pattern has been checked by the control half. */
export function compileTester({ kind, from }: NamePattern): Tester {
  switch (kind) {
    case 'exact':
      return (name) => name === from;
    case 'prefix':
      return (name) => name.startsWith(from);
    case 'suffix':
      return (name) => name.endsWith(from);
    case 'substring':
      return (name) => name.includes(from);
    case 'regex': {
      const pattern = RE2JS.compile(from);
      return (name) => pattern.matcher(name).find();
    }
  }
}

/** Compiles a replacement of the part that matches; with an expression, of the whole name. */
export function compileReplacer(pattern: NamePattern, to: string): Replacer {
  const { kind, from } = pattern;
  switch (kind) {
    case 'exact':
      return (name) => (name === from ? to : undefined);
    case 'prefix':
      return (name) => (name.startsWith(from) ? to + name.slice(from.length) : undefined);
    case 'suffix':
      return (name) => (name.endsWith(from) ? name.slice(0, -from.length) + to : undefined);
    case 'substring':
      return (name) => (name.includes(from) ? name.replaceAll(from, () => to) : undefined);
    case 'regex': {
      const compiled = RE2JS.compile(from);
      return (name) => {
        const matcher = compiled.matcher(name);
        return matcher.find() ? expand(to, matcher, compiled.groupCount()) : undefined;
      };
    }
  }
}

/** Puts groups in for `{0}`, `{1}`..., one after the other; a group that took no part is empty. */
function expand(to: string, matcher: Matcher, groups: number): string {
  let text = to;
  for (let group = 0; group <= groups; group++) {
    text = text.replaceAll(`{${group}}`, () => matcher.group(group) ?? '');
  }
  return text;
}
