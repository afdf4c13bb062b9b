// The handler beyond the recorded answers: data, counters, failures, CNAME targets, and setup errors that are not recorded.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { recordText } from '../../../../src/dns/record.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import { after } from '../../../../src/plugin/handler.ts';
import { templateControl } from '../../../../src/plugins/template/setup.ts';
import { templateServing } from '../../../../src/plugins/template/template.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { record } from '../../../support/record-lines.ts';
import { chainOf, setUp } from '../../../support/recorded-chain.ts';

const halves = { control: templateControl, serving: templateServing };
const silent = { name: 'next', serve: (): number => Rcode.NXDOMAIN };

function corefile(lines: string, head = 'IN A tmpl.test'): string {
  return `.:1053 {\n    template ${head} {\n${lines}\n    }\n}\n`;
}

async function ask(lines: string, query: AskedQuery = { name: 'a.tmpl.test' }, head?: string) {
  const bench = new PluginBench(new FakeClock());
  const chain = await chainOf(halves, corefile(lines, head), silent, bench);
  const exchange = exchangeFor(query);
  exchange.server = 'dns://:53';
  exchange.metadata = new Map([['a/b', () => 'meta']]);
  const outcome = await chain.serve(exchange);
  return { bench, exchange, outcome, answer: exchange.reply.answer.map(recordText) };
}

/** The text that a template makes, by way of a TXT record. */
async function text(template: string, query: Partial<AskedQuery> = {}): Promise<string> {
  const line = `answer "{{ .Name }} 1 IN TXT \\"${template}\\""`;
  const { exchange, answer } = await ask(line, { name: 'A.tmpl.test', ...query }, 'IN ANY');
  if (exchange.error !== undefined) throw exchange.error;
  return answer[0]?.replace(/^a\.tmpl\.test\. 1 IN TXT /, '') ?? '';
}

describe('a template sees', () => {
  const edns = { bufsize: 1232, do: true, options: [[65_001, 'ff']] as const };

  test.each([
    ['{{ .Zone }} {{ .Class }} {{ .Type }} {{ .Regex }}', '". IN A .*"'],
    ['{{ .Meta \\"a/b\\" }}{{ .Meta \\"a/c\\" }}', '"meta"'],
    ['{{ .Var.x }}', '"<no value>"'],
    ['{{ .Remote }}', '"127.0.0.1"'],
    ['{{ .Question.Name }} {{ .Question.Qtype }} {{ .Question.Qclass }}', '"A.tmpl.test. 1 1"'],
    ['{{ .Message.Id }} {{ .Message.RecursionDesired }} {{ .Message.Opcode }}', '"4711 true 0"'],
    ['{{ len .Message.Question }} {{ (index .Message.Question 0).Name }}', '"1 A.tmpl.test."'],
    ['{{ .Message.Len }}', '"29"'],
    [
      '{{ with .Message.IsEdns0 }}{{ .Do }} {{ .UDPSize }} {{ .Version }} {{ .ExtendedRcode }}{{ end }}',
      '"true 1232 0 0"',
    ],
    [
      '{{ with index .Message.Extra 0 }}{{ .Hdr.Name }} {{ .Header.Rrtype }} {{ .Hdr.Class }} {{ .Hdr.Ttl }}{{ end }}',
      '". 41 1232 32768"',
    ],
    [
      '{{ range .Message.IsEdns0.Option }}{{ .Option }} {{ .Code }} {{ .Data }}{{ end }}',
      '"65001 65001 [255]"',
    ],
    ['{{ len .Message.Answer }}{{ len .Message.Ns }}', '"00"'],
  ])('%s', async (template, expected) => {
    expect(await text(template, { edns })).toBe(expected);
  });

  test('no OPT in a query without one', async () => {
    expect(await text('{{ .Message.IsEdns0 }} {{ len .Message.Extra }}')).toBe('"<no value> 0"');
  });

  test("the query's text", async () => {
    expect(await text('{{ .Message }}|{{ .Question }}|{{ .Question.String }}')).toMatch(
      /^";A\.tmpl/,
    );
  });

  test('the records of an IXFR query', async () => {
    const bench = new PluginBench(new FakeClock());
    const soa = record('tmpl.test. 5 IN SOA a. b. 1 2 3 4 5');
    const line =
      'answer ". 1 IN TXT \\"{{ with index .Message.Ns 0 }}{{ .Hdr.Name }} {{ .Header.Ttl }} {{ . }}{{ end }}\\""';
    const chain = await chainOf(halves, corefile(line, 'IN ANY'), silent, bench);
    const exchange = exchangeFor({ name: 'a.tmpl.test' });
    Object.assign(exchange, { authority: [soa] });
    await chain.serve(exchange);
    expect(exchange.reply.answer.map(recordText)).toEqual([
      '. 1 IN TXT "tmpl.test. 5 tmpl.test. 5 IN SOA a. b. 1 2 3 4 5"',
    ]);
  });

  test('no mnemonic of a type without one', async () => {
    expect(await text('{{ .Type }}|{{ .Class }}', { type: 'TYPE731', class: 'ANY' })).toBe('"|IN"');
  });
});

describe('a variable', () => {
  test.each([
    ["type() + '!'", '{{ .Var.x }}', '"A!"'],
    ['1000000', '{{ .Var.x }} {{ printf \\"%03d\\" .Var.x }}', '"1000000 1000000"'],
    ['2 ** 30', '{{ .Var.x }}', '"1.073741824e+09"'],
    ['8 / 2', '{{ .Var.x }} {{ eq .Var.x 4.0 }}', '"4 true"'],
    ['do()', '{{ if .Var.x }}yes{{ else }}no{{ end }}', '"no"'],
    ['nil', '{{ .Var.x }} {{ .Var.y }}', '"<no value> <no value>"'],
    ["split(name(), '.')", '{{ index .Var.x 1 }} {{ len .Var.x }}', '"tmpl 4"'],
    ["[1, 'a', 2.5, nil, [true]]", '{{ .Var.x }}', '"[1 a 2.5 <nil> [true]]"'],
    ['1..3', '{{ range .Var.x }}<{{ . }}>{{ end }}', '"<1><2><3>"'],
    ["metadata('a/b') + group(0)", '{{ .Var }}', '"map[x:metaa.tmpl.test.]"'],
  ])('of %s', async (expression, template, expected) => {
    const lines = `var x ${expression}\nanswer "{{ .Name }} 1 IN TXT \\"${template.replaceAll('\\\\"', '\\"')}\\""`;
    const { answer, exchange } = await ask(lines);
    expect(exchange.error).toBeUndefined();
    expect(answer).toEqual([`a.tmpl.test. 1 IN TXT ${expected}`]);
  });

  test('may be made from others, and from groups of the match', async () => {
    const { answer } = await ask(
      `match ^(?P<a>\\w)[.](\\w+)
       var start group('a') + group(2)
       var whole start + '!' + group('none')
       answer "{{ .Name }} 1 IN TXT {{ .Var.whole }}"`,
    );
    expect(answer).toEqual(['a.tmpl.test. 1 IN TXT "atmpl!"']);
  });
});

describe('a stanza with conditions', () => {
  const answer = 'answer "{{ .Name }} 1 IN A 10.0.0.1"';

  test.each([
    ["expr type() == 'A'", Rcode.NOERROR],
    ['var x 1\nexpr x == 1\nexpr not do()', Rcode.NOERROR],
    // A variable is computed before any condition, wherever it stands.
    ['expr true\nvar x [1][1]\nfallthrough', Rcode.SERVFAIL],
    ['expr do()', Rcode.SERVFAIL],
    ['expr true\nexpr do()\nfallthrough', Rcode.NXDOMAIN],
    ['expr do()\nfallthrough other.test', Rcode.SERVFAIL],
    ['expr 1\nfallthrough', Rcode.NXDOMAIN],
    // A failure goes no further.
    ["expr incidr('x', '10.0.0.0/8')\nfallthrough", Rcode.SERVFAIL],
    ['match ^b\nexpr true\nfallthrough', Rcode.NXDOMAIN],
  ])('%s: response code %i', async (lines, outcome) => {
    const asked = await ask(`${lines}\n${answer}`);
    expect(asked.outcome).toBe(outcome);
    expect(asked.exchange.error).toBeUndefined();
    const labels = ['dns://:53', 'tmpl.test.', '', 'IN', 'A'];
    const isMatch = outcome === Rcode.NOERROR;
    expect(asked.bench.count('coredns_template_matches_total', labels) ?? 0).toBe(isMatch ? 1 : 0);
  });
});

describe('counters', () => {
  const labels = ['dns://:53', 'tmpl.test.', '', 'IN', 'A'];

  test('matches', async () => {
    const { bench } = await ask('answer "{{ .Name }} 1 IN A 10.0.0.1"');
    expect(bench.count('coredns_template_matches_total', labels)).toBe(1);
  });

  test('templates that fail', async () => {
    const { bench, exchange } = await ask('answer "{{ .Nope }}"');
    const all = [...labels, 'answer', '{{.Nope}}'];
    expect(bench.count('coredns_template_template_failures_total', all)).toBe(1);
    expect(exchange.error?.message).toBe(
      'template: answer:1:3: executing "answer" at <.Nope>: can\'t evaluate field Nope in type *template.templateData',
    );
  });

  test('texts that are no record', async () => {
    const { bench, exchange, outcome } = await ask('authority "{{ .Name }} 1 IN A notanip"');
    const all = [...labels, 'authority', '{{.Name}} 1 IN A notanip'];
    expect(bench.count('coredns_template_rr_failures_total', all)).toBe(1);
    expect(outcome).toBe(Rcode.SERVFAIL);
    expect(exchange.error?.message).toMatch(/^dns: bad A A: "notanip" at line: 1:/);
  });
});

test('a template that makes nothing is SERVFAIL', async () => {
  const { exchange, outcome } = await ask('answer "{{ if false }}x{{ end }}"');
  expect(outcome).toBe(Rcode.SERVFAIL);
  expect(exchange.error?.message).toBe('template: answer: no record');
});

test('a template cannot read files', async () => {
  const { exchange, outcome } = await ask('answer "$INCLUDE /etc/hostname"');
  expect(outcome).toBe(Rcode.SERVFAIL);
  expect(exchange.error?.message).toContain('$INCLUDE directive not allowed');
});

test('records come in the order answer, additional, authority', async () => {
  const { exchange, outcome } = await ask(
    'authority "a. 1 NS {{ .Nope1 }}"\nanswer "a. 1 A {{ .Nope2 }}"',
  );
  expect(outcome).toBe(Rcode.SERVFAIL);
  expect(exchange.error?.message).toContain('Nope2');
});

describe('the target of a CNAME', () => {
  const alias = 'answer "{{ .Name }} 1 IN CNAME x.tmpl.test"';

  test('is looked up for addresses only', async () => {
    const { answer } = await ask(alias, { name: 'a.tmpl.test', type: 'TXT' }, 'IN ANY');
    expect(answer).toEqual(['a.tmpl.test. 1 IN CNAME x.tmpl.test.']);
  });

  test('may come late', async () => {
    const [options] = await setUp(halves, corefile(`${alias}\nanswer ". 1 A 10.0.0.2"`));
    const found = exchangeFor({ name: 'x.' }).reply;
    found.isTruncated = true;
    found.answer = [record('x.tmpl.test. 1 IN A 10.0.0.1')];
    const bench = new PluginBench(new FakeClock());
    const context = { ...bench.context(), lookup: () => Promise.resolve(found) };
    const handler = templateServing.create(options, silent, context);
    const exchange = exchangeFor({ name: 'a.tmpl.test' });
    await handler.serve(exchange);
    expect(exchange.reply.isTruncated).toBe(true);
    expect(exchange.reply.answer.map(recordText)).toEqual([
      'a.tmpl.test. 1 IN CNAME x.tmpl.test.',
      'x.tmpl.test. 1 IN A 10.0.0.1',
      '. 1 IN A 10.0.0.2',
    ]);
  });

  test('may stay without an answer', async () => {
    const [options] = await setUp(halves, corefile(alias));
    const bench = new PluginBench(new FakeClock());
    const context = { ...bench.context(), lookup: () => undefined };
    const exchange = exchangeFor({ name: 'a.tmpl.test' });
    await templateServing.create(options, silent, context).serve(exchange);
    expect(exchange.reply.answer).toHaveLength(1);
  });

  test('that the same stanza serves ends, with work that does not double at every level', async () => {
    const [options] = await setUp(halves, corefile(`${alias}\n${alias}`));
    const bench = new PluginBench(new FakeClock());
    let asked = 0;
    const context = {
      ...bench.context(),
      lookup(exchange: Exchange) {
        asked++;
        const inner = exchangeFor({ name: 'x.tmpl.test' }, exchange.depth + 1);
        if (inner.depth > 16) return undefined;
        return after(handler.serve(inner), () => inner.reply);
      },
    };
    const handler = templateServing.create(options, silent, context);
    await handler.serve(exchangeFor({ name: 'a.tmpl.test' }));
    expect(asked).toBe(2 * 17);
  });
});

describe('setup', () => {
  test.each([
    ['match', "Wrong argument count or unexpected line ending after 'match'"],
    [`match ${'a'.repeat(10_001)}`, 'regex pattern too long: 10001 > 10000'],
    [
      'match a**',
      'could not parse regex: a**, error parsing regexp: invalid nested repetition operator: `**`',
    ],
    ['answer', "Wrong argument count or unexpected line ending after 'answer'"],
    [
      'additional "{{ foo }}"',
      'could not compile template: {{ foo }}, template: additional:1: function "foo" not defined',
    ],
    ['rcode', "Wrong argument count or unexpected line ending after 'rcode'"],
    ['rcode noerror', 'unknown rcode noerror'],
    [
      'ederror 65536',
      'error parsing extended DNS error code 65536, strconv.ParseUint: parsing "65536": value out of range',
    ],
    ['var x', "Wrong argument count or unexpected line ending after 'x'"],
    ['expr', "Wrong argument count or unexpected line ending after 'expr'"],
    ['var 1x 1', 'invalid variable name "1x"'],
    ['var x-y 1', 'invalid variable name "x-y"'],
    ['var name 1', 'variable name "name" is reserved'],
    ['var group 1', 'variable name "group" is reserved'],
    ['var toJSON 1', 'variable name "toJSON" is reserved'],
    ['var let 1', 'variable name "let" is reserved'],
    [
      'var up parseInt()',
      'could not compile expression: up, unknown name parseInt (1:1)\n | parseInt()\n | ^',
    ],
    ['var x ""', 'could not compile expression: x, unexpected token EOF'],
    [
      'expr name() ==  1',
      'could not compile expression: invalid operation: == (mismatched types string and int) (1:8)\n | name() == 1\n | .......^',
    ],
    ['expr y', 'could not compile expression: unknown name y (1:1)\n | y\n | ^'],
    ['ederror 1 a b', "Wrong argument count or unexpected line ending after 'b'"],
  ])('refuses %s', async (line, error) => {
    await expect(setUp(halves, corefile(line))).rejects.toThrow(
      `Corefile:3 - Error during parsing: ${error}`,
    );
  });

  test('refuses a variable that is there already', async () => {
    await expect(setUp(halves, corefile('var x 1\nvar x 2'))).rejects.toThrow(
      'Corefile:4 - Error during parsing: variable name "x" is reserved',
    );
  });

  test('knows the types of the variables in front', async () => {
    await expect(setUp(halves, corefile("var x 1\nexpr x == 'a'"))).rejects.toThrow(
      'could not compile expression: invalid operation: == (mismatched types int and string) (1:3)',
    );
    await expect(setUp(halves, corefile('var x y\nvar y 1'))).rejects.toThrow('unknown name y');
  });

  test.each(['in A', 'IN a', 'IN TYPE1', 'CLASS1 A'])('refuses %s', async (head) => {
    await expect(setUp(halves, corefile('', head))).rejects.toThrow('invalid');
  });

  test.each([
    ['rcode NOTIMPL', { rcode: 4 }],
    ['rcode BADSIG', { rcode: 16 }],
    ['fallthrough', { fallthrough: [] }],
    ['fallthrough x.test', { fallthrough: ['x.test.'] }],
    ['upstream 1.2.3.4', { fallthrough: undefined }],
    ['ederror 21', { extendedError: { infoCode: 21, text: '' } }],
    ['rcode REFUSED rcode NXDOMAIN', { rcode: 3 }],
  ])('reads %s', async (line, stanza) => {
    const [options] = await setUp(halves, corefile(line));
    expect(options).toMatchObject({ stanzas: [{ ...stanza, zones: ['tmpl.test.'] }] });
  });

  test('takes the zones of the block without own ones', async () => {
    const [options] = await setUp(halves, corefile('', 'IN A'));
    expect(options).toMatchObject({ stanzas: [{ zones: ['.'], patterns: ['.*'] }] });
  });

  test('needs a class and a type', async () => {
    await expect(setUp(halves, '.:1053 {\n template\n}')).rejects.toThrow('Wrong argument count');
  });
});
