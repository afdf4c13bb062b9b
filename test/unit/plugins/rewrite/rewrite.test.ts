// The handler beyond the recorded answers: variables, reverts, errors of the next plugin, CNAME targets, broken names.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { formatName } from '../../../../src/dns/name.ts';
import { recordText } from '../../../../src/dns/record.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { rewriteServing } from '../../../../src/plugins/rewrite/rewrite.ts';
import { rewriteControl } from '../../../../src/plugins/rewrite/setup.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { record } from '../../../support/record-lines.ts';
import { chainOf, setUp } from '../../../support/recorded-chain.ts';

const halves = { control: rewriteControl, serving: rewriteServing };

/** What the next handler saw. */
interface Seen {
  name: string;
  type: number;
  options: readonly string[];
}

/** A next handler by what it does with the exchange. */
class Next implements Handler {
  readonly name = 'next';
  readonly seen: Seen[] = [];
  readonly #act: (exchange: Exchange) => number | Promise<number>;

  constructor(act: (exchange: Exchange) => number | Promise<number>) {
    this.#act = act;
  }

  serve(exchange: Exchange): number | Promise<number> {
    const options = exchange.edns?.options ?? [];
    this.seen.push({
      name: formatName(exchange.askedName),
      type: exchange.type,
      options: options.map(({ code, data }) => `${code}=${Buffer.from(data).toString('hex')}`),
    });
    return this.#act(exchange);
  }
}

/** Answers with records, in the answer section. */
function answers(...lines: string[]): Next {
  return new Next(({ reply }) => {
    reply.answer.push(...lines.map((line) => record(line)));
    return reply.write(Rcode.NOERROR);
  });
}

async function ask(rules: string, next: Handler, query: AskedQuery = { name: 'a.from.test' }) {
  const bench = new PluginBench(new FakeClock());
  const lines = rules.split('\n').map((rule) => `    rewrite ${rule}\n`);
  const chain = await chainOf(halves, `.:1053 {\n${lines.join('')}}\n`, next, bench);
  const exchange = exchangeFor(query);
  exchange.metadata = new Map([
    ['a/b', () => 'meta'],
    ['a/empty', () => ''],
  ]);
  const outcome = await chain.serve(exchange);
  const answer = exchange.reply.answer.map(recordText);
  return { bench, exchange, outcome, answer };
}

describe('a variable', () => {
  test.each([
    ['{qname}', '612e66726f6d2e746573742e'],
    ['{qtype}', '0001'],
    ['{client_ip}', '7f000001'],
    ['{client_port}', '9c40'],
    ['{protocol}', '756470'],
    ['{server_ip}', '7f000001'],
    ['{server_port}', '0035'],
    ['{a/b}', '6d657461'],
  ])('%s is sent as octets', async (variable, hex) => {
    const next = answers();
    await ask(`edns0 local set 0xffee ${variable}`, next);
    expect(next.seen[0]?.options).toEqual([`65518=${hex}`]);
  });

  test.each(['{a/empty}', '{a/none}'])('%s without a value adds nothing', async (variable) => {
    const { exchange } = await ask(`edns0 local set 0xffee ${variable}`, answers());
    expect(exchange.edns).toBeUndefined();
  });

  test('is not appended to one that is there', async () => {
    const next = answers();
    const edns = { bufsize: 1232, do: false, options: [[0xffee, '01']] as const };
    await ask('edns0 local append 0xffee {protocol}', next, { name: 'a.from.test', edns });
    expect(next.seen[0]?.options).toEqual(['65518=01']);
  });
});

describe('an EDNS rule', () => {
  const query = (...options: [number, string][]): AskedQuery => ({
    name: 'a.from.test',
    edns: { bufsize: 1232, do: false, options },
  });

  test.each([
    ['edns0 local set 10 x', [[10, '0102030405060708']], ['10=0102030405060708', '10=78']],
    ['edns0 nsid replace', [[3, 'ff']], ['3=']],
    ['edns0 nsid append', [[3, 'ff']], ['3=ff', '3=']],
    [
      'edns0 nsid unset',
      [
        [3, 'ff'],
        [9, ''],
      ],
      ['9='],
    ],
    ['edns0 nsid replace', [], []],
    ['edns0 subnet replace 8 8', [[8, '00011800c00002']], ['8=000108007f']],
    ['edns0 subnet append 8 8', [[8, '00011800c00002']], ['8=00011800c00002']],
    ['edns0 subnet set 0 0', [], ['8=00010000']],
  ] as [string, [number, string][], string[]][])('%s on %j', async (rule, options, expected) => {
    const next = answers();
    await ask(rule, next, query(...options));
    expect(next.seen[0]?.options).toEqual(expected);
  });

  test('with revert gives back what it replaced, in the echo and in the reply', async () => {
    const next = new Next(({ reply, edns }) => {
      reply.answer.push(record('a.from.test. 5 IN A 10.0.0.1'));
      reply.edns = edns;
      return reply.write(Rcode.NOERROR);
    });
    const { exchange } = await ask(
      'edns0 local set 0xffee 0x02 revert',
      next,
      query([0xffee, '01']),
    );
    expect(next.seen[0]?.options).toEqual(['65518=02']);
    for (const edns of [exchange.edns, exchange.reply.edns]) {
      expect(edns?.options[0]?.data[0]).toBe(1);
    }
  });

  test('with revert takes away what it added', async () => {
    const { exchange } = await ask('edns0 subnet set 24 56 revert', answers());
    expect(exchange.edns?.options).toEqual([]);
    expect(exchange.edns?.udpSize).toBe(4096);
  });

  test('sends an IPv6 network', async () => {
    const next = answers();
    const bench = new PluginBench(new FakeClock());
    const corefile = '.:1053 {\n rewrite edns0 subnet set 24 20\n}\n';
    const chain = await chainOf(halves, corefile, next, bench);
    const exchange = exchangeFor({ name: 'a.test' });
    Object.assign(exchange, { client: { ...exchange.client, address: '2001:db8::1' } });
    await chain.serve(exchange);
    expect(next.seen[0]?.options).toEqual(['8=00021400200100']);
  });
});

describe('the question', () => {
  test("is the client's again behind the chain, with its spelling", async () => {
    const { exchange } = await ask('continue name a.from.test b.test\ntype A AAAA', answers(), {
      name: 'A.From.test',
    });
    expect(formatName(exchange.askedName)).toBe('A.From.test.');
    expect(formatName(exchange.name)).toBe('a.from.test.');
    expect(exchange.type).toBe(1);
    expect(exchange.reply.question).toBeUndefined();
  });

  test('keeps the length of the rewritten query for the log', async () => {
    const before = exchangeFor({ name: 'a.from.test' }).length;
    const { exchange } = await ask('name a.from.test b.test', answers());
    expect(exchange.length).toBe(before - 5);
  });

  test('is left alone when no rule matches', async () => {
    const next = answers('x.test. 5 IN A 10.0.0.1');
    const { answer } = await ask('name b.test c.test\ntype TXT A\nttl z.test 1', next);
    expect(next.seen[0]?.name).toBe('a.from.test.');
    expect(answer).toEqual(['x.test. 5 IN A 10.0.0.1']);
  });
});

describe('an error of the next plugin', () => {
  const failing = (): Next =>
    new Next((exchange) => {
      exchange.error = new Error('boom');
      return Rcode.SERVFAIL;
    });

  test('is written here, as rules for replies say', async () => {
    const { exchange, outcome } = await ask('rcode a.from.test SERVFAIL NXDOMAIN', failing());
    expect(outcome).toBe(Rcode.NOERROR);
    expect(exchange.reply.isWritten).toBe(true);
    expect(exchange.reply.rcode).toBe(Rcode.NXDOMAIN);
  });

  test("leaves the rewritten name to the errors plugin, and the client's to the reply", async () => {
    const { exchange } = await ask('name a.from.test b.test', failing());
    expect(formatName(exchange.name)).toBe('b.test.');
    expect(formatName(exchange.reply.question?.name ?? exchange.name)).toBe('a.from.test.');
  });

  test('silence stays silence', async () => {
    const { exchange, outcome } = await ask('ttl a.from.test 5', new Next(() => Rcode.NOERROR));
    expect(outcome).toBe(Rcode.NOERROR);
    expect(exchange.reply.isWritten).toBe(false);
  });

  test('a late one is handled like any other', async () => {
    const late = new Next(() => Promise.resolve(Rcode.REFUSED));
    const { exchange } = await ask('rcode a.from.test REFUSED NOERROR', late);
    expect(exchange.reply.rcode).toBe(Rcode.NOERROR);
  });
});

describe('names in replies', () => {
  test.each([
    ['SRV 1 2 3 x.to.test.', 'SRV 1 2 3 x.a.from.test.'],
    ['MX 5 to.test.', 'MX 5 a.from.test.'],
    ['NS x.to.test.', 'NS x.a.from.test.'],
    ['PTR other.test.', 'PTR other.test.'],
    ['DNAME to.test.', 'DNAME a.from.test.'],
    ['NAPTR 1 2 "s" "x" "" to.test.', 'NAPTR 1 2 "s" "x" "" a.from.test.'],
    ['TXT "to.test."', 'TXT "to.test."'],
  ])('exact turns back %s', async (rdata, expected) => {
    const { answer } = await ask('name a.from.test to.test', answers(`to.test. 5 IN ${rdata}`));
    expect(answer).toEqual([`a.from.test. 5 IN ${expected}`]);
  });

  test('an owner that no longer is a name ends in silence', async () => {
    const rule = `name suffix from.test to.test answer name (.*)to.test {1}${'x'.repeat(64)}`;
    const { exchange } = await ask(rule, answers('a.to.test. 5 IN A 10.0.0.1'));
    expect(exchange.reply.isWritten).toBe(false);
  });

  test('a value that no longer is a name ends in silence', async () => {
    const rule = `name suffix from.test to.test answer value (.*)to.test {1}${'x'.repeat(64)}`;
    const { exchange } = await ask(rule, answers('a.to.test. 5 IN NS a.to.test.'));
    expect(exchange.reply.isWritten).toBe(false);
  });

  test('records that the next plugin keeps are not changed', async () => {
    const kept = record('to.test. 100 IN A 10.0.0.1');
    const list = [kept];
    const next = new Next(({ reply }) => {
      reply.answer = list;
      return reply.write(Rcode.NOERROR);
    });
    const { answer } = await ask('continue name a.from.test to.test\nttl to.test 7', next);
    expect(answer).toEqual(['a.from.test. 7 IN A 10.0.0.1']);
    expect(list.map(recordText)).toEqual(['to.test. 100 IN A 10.0.0.1']);
  });

  test('rcode rules run once for a reply without records', async () => {
    const rules = 'continue rcode a.from.test NXDOMAIN NOERROR\nrcode a.from.test NOERROR NXDOMAIN';
    const empty = new Next(({ reply }) => reply.write(Rcode.NOERROR));
    const { exchange } = await ask(rules, empty);
    // Last rule first: NOERROR becomes NXDOMAIN, and that NOERROR.
    expect(exchange.reply.rcode).toBe(Rcode.NOERROR);
  });
});

describe('a cname rule', () => {
  const chainOfAliases = (): Next =>
    new Next((exchange) => {
      const { reply } = exchange;
      const name = formatName(exchange.name);
      if (name === 'new.test.') reply.answer.push(record('new.test. 5 IN A 10.0.0.9'));
      else {
        reply.answer.push(
          record('a.from.test. 5 IN CNAME old.test.'),
          record('old.test. 5 IN A 10.0.0.1'),
        );
      }
      return reply.write(Rcode.NOERROR);
    });

  test('asks for the new target', async () => {
    const { answer } = await ask('cname old.test new.test', chainOfAliases());
    expect(answer).toEqual(['a.from.test. 5 IN CNAME new.test.', 'new.test. 5 IN A 10.0.0.9']);
  });

  test('waits for a late answer and goes on with the rules behind it', async () => {
    const next = new Next(async (exchange) => chainOfAliases().serve(exchange));
    const { answer } = await ask('continue ttl a.from.test 7\ncname old.test new.test', next);
    expect(answer).toEqual(['a.from.test. 7 IN CNAME new.test.', 'new.test. 5 IN A 10.0.0.9']);
  });

  test('changes nothing when nobody answers, and says so', async () => {
    const bench = new PluginBench(new FakeClock());
    const context = { ...bench.context(), lookup: () => undefined };
    const [options] = await rewriteControlOptions('cname old.test new.test');
    const handler = rewriteServing.create(options, chainOfAliases(), context);
    const exchange = exchangeFor({ name: 'a.from.test' });
    await handler.serve(exchange);
    expect(exchange.reply.answer.map(recordText)[0]).toBe('a.from.test. 5 IN CNAME old.test.');
    expect(bench.log.lines).toContain('[ERROR] upstream lookup returned nil');
  });

  test('with a target that is no name ends in silence', async () => {
    const rule = `cname suffix old.test. ${'x'.repeat(64)}.`;
    const { exchange } = await ask(rule, chainOfAliases());
    expect(exchange.reply.isWritten).toBe(false);
  });

  test('without a target does not match', async () => {
    const next = chainOfAliases();
    const { answer } = await ask('cname regex old "" ', next);
    expect(answer[0]).toBe('a.from.test. 5 IN CNAME old.test.');
  });
});

async function rewriteControlOptions(rule: string): Promise<readonly unknown[]> {
  return setUp(halves, `.:1053 {\n rewrite ${rule}\n}\n`);
}

test("an invalid name is SERVFAIL with the client's name in the errors line", async () => {
  const { exchange, outcome } = await ask('name regex (.*) {1}.b', answers());
  expect(outcome).toBe(Rcode.SERVFAIL);
  expect(exchange.error?.message).toBe('invalid name after rewrite: a.from.test..b.');
  expect(formatName(exchange.name)).toBe('a.from.test.');
});
