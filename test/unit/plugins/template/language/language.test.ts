// The template language against Go's: every row of go-answers.json was run by Go 1.26 (text/template, with parseInt), for the data
// below. A row has the output and the canonical text, or the error.
import { describe, expect, test } from 'vitest';
import { executeTemplate } from '../../../../../src/plugins/template/language/execute.ts';
import {
  FUNCTIONS,
  SHORT_CIRCUITS,
} from '../../../../../src/plugins/template/language/functions.ts';
import { nodeText } from '../../../../../src/plugins/template/language/nodes.ts';
import { parseTemplate } from '../../../../../src/plugins/template/language/parser.ts';
import {
  GoFloat,
  type GoFunction,
  GoInteger,
  GoMap,
  GoSlice,
  GoStruct,
  type GoValue,
} from '../../../../../src/plugins/template/language/values.ts';
import { PARSE_INT } from '../../../../../src/plugins/template/parse-int.ts';
import answers from './go-answers.json' with { type: 'json' };

const functions = new Map<string, GoFunction>([...FUNCTIONS, ['parseInt', PARSE_INT]]);
const names = new Set([...functions.keys(), ...SHORT_CIRCUITS]);

const one = new GoInteger('uint16', 1);
const questionText = (): string => ';H1f.tmpl.test.\tIN\t A';
const questionFields: Record<string, GoValue> = { Name: 'H1f.tmpl.test.', Qtype: one, Qclass: one };
const question = new GoStruct(
  '*dns.Question',
  {
    fields: Object.keys(questionFields),
    text: questionText,
    methods: (name) =>
      name === 'String' ? { parameters: [], isVariadic: false, call: questionText } : undefined,
  },
  (name) => questionFields[name],
);
const groups = new Map([
  ['0', 'h1f.'],
  ['1', '1f'],
  ['n', '1f'],
]);
const variables = new Map<string, GoValue>([
  ['s', 'text'],
  ['n', new GoInteger('int', 7)],
  ['b', true],
  ['f', new GoFloat(1.5)],
]);
const fields: Record<string, GoValue> = {
  Zone: 'tmpl.test.',
  Name: 'h1f.tmpl.test.',
  Regex: '^h(?P<n>[0-9a-f]+)[.]',
  Match: new GoSlice('string', ['h1f.', '1f']),
  Group: new GoMap('string', groups),
  Class: 'IN',
  Type: 'A',
  Question: question,
  Remote: '127.0.0.1',
  Var: new GoMap('interface {}', variables),
};
const data = new GoStruct(
  '*template.templateData',
  {
    fields: Object.keys(fields),
    privates: ['md'],
    methods: (name) =>
      name === 'Meta'
        ? {
            parameters: ['string'],
            isVariadic: false,
            call: ([label]) => (label === 'a/b' ? 'meta' : ''),
          }
        : undefined,
  },
  (name) => fields[name],
);

/** What a template throws, '' when it does not. */
function failure(template: string): string {
  try {
    run(template);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function run(template: string): { text: string; output: string } {
  const parsed = parseTemplate('answer', template, names);
  return { text: nodeText(parsed.root), output: executeTemplate(parsed, data, functions) };
}

describe('a template gives what Go gives', () => {
  test.each(answers)('$template', ({ template, output, text, error }) => {
    if (error === undefined) expect(run(template)).toEqual({ output, text });
    else expect(failure(template)).toBe(error);
  });
});

describe('a template does not run away', () => {
  test('when it ranges over a big number', () => {
    expect(() => run('{{ range 999999999 }}xxxx{{ end }}')).toThrow('output is too long');
  });

  test('when it calls itself', () => {
    const template = '{{ define "d" }}{{ template "d" }}{{ end }}{{ template "d" }}';
    expect(() => run(template)).toThrow('exceeded maximum template depth (1000)');
  });

  test('when it asks for a wide field', () => {
    expect(run('{{ printf "%99999999d" 1 }}').output).toBe('1');
  });
});

test('a struct without a String method shows its fields', () => {
  expect(run('{{ . }}').output).toContain('{tmpl.test. h1f.tmpl.test.');
});

test('there is nothing to call', () => {
  expect(() => run('{{ call .Name }}')).toThrow('error calling call: non-function of type string');
});
