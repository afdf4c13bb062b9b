// Which queries are logged, and what of replies that the chain leaves to the server.
import { describe, expect, test } from 'vitest';
import { parseName } from '../../../../src/dns/name.ts';
import { soaRdata } from '../../../../src/dns/rdata/soa.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../../../src/plugin/handler.ts';
import { logServing } from '../../../../src/plugins/log/log.ts';
import { COMMON_FORMAT, type LogRuleOptions } from '../../../../src/plugins/log/options.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const NAME = (text: string): Uint8Array => parseName(text) ?? new Uint8Array(1);
const SOA = {
  name: NAME('test.'),
  type: 6,
  class: 1,
  ttl: 30,
  rdata: soaRdata({
    mname: NAME('ns.test.'),
    rname: NAME('h.test.'),
    serial: 1,
    refresh: 2,
    retry: 3,
    expire: 4,
    minimum: 5,
  }),
};
const A = { name: NAME('a.test.'), type: 1, class: 1, ttl: 30, rdata: Uint8Array.of(10, 0, 0, 1) };

type Serve = (exchange: Exchange) => Later<Outcome>;

const found: Serve = ({ reply }) => {
  reply.answer.push(A);
  return reply.write(0);
};
const denied: Serve = ({ reply }) => {
  reply.authority.push(SOA);
  return reply.write(3);
};
const failed: Serve = () => 2;
const silent: Serve = () => 0;
const refused: Serve = ({ reply }) => reply.write(5);

class Fixture {
  readonly clock = new FakeClock(1_800_000_000_000);
  readonly bench = new PluginBench(this.clock);
  readonly #rules: readonly LogRuleOptions[];

  constructor(...rules: readonly Partial<LogRuleOptions>[]) {
    this.#rules = rules.map((rule) => ({
      scope: '.',
      format: '{name} {rcode} {>rflags} {rsize} {duration}',
      classes: ['all'],
      ...rule,
    }));
  }

  ask(serve: Serve, query: AskedQuery | Exchange = { name: 'A.test.' }): Later<Outcome> {
    const next: Handler = { name: 'next', serve };
    const handler = logServing.create({ rules: this.#rules }, next, this.bench.context());
    expect(handler.name).toBe('log');
    return handler.serve('reply' in query ? query : exchangeFor(query));
  }

  get lines(): string[] {
    return this.bench.log.lines;
  }
}

describe('lines', () => {
  test('measure the time behind them, also of late answers', async () => {
    const fixture = new Fixture({});
    const outcome = fixture.ask((exchange) => {
      fixture.clock.advance(0.012_889);
      return found(exchange);
    });
    expect(outcome).toBe(0);
    const late = fixture.ask((exchange) => Promise.resolve().then(() => found(exchange)));
    fixture.clock.advance(1500);
    expect(await late).toBe(0);
    expect(fixture.lines).toEqual([
      '[INFO] a.test. NOERROR qr,rd 46 0.000012889s',
      '[INFO] a.test. NOERROR qr,rd 46 1.5s',
    ]);
  });

  const cases: readonly [string, Serve, AskedQuery, string][] = [
    ['an error left to the server', failed, { name: 'x.test.' }, 'x.test. SERVFAIL qr,rd 24 0s'],
    [
      'such an error without the OPT of the query',
      failed,
      { name: 'x.test.', cd: true, edns: { bufsize: 1232, do: true } },
      'x.test. SERVFAIL qr,rd,cd 24 0s',
    ],
    ['silence', silent, { name: 'x.test.' }, 'x.test. - - 0 0s'],
    ['a written error', refused, { name: 'x.test.' }, 'x.test. REFUSED qr,rd 24 0s'],
  ];
  test.each(cases)('%s', async (_about, serve, query, line) => {
    const fixture = new Fixture({});
    await fixture.ask(serve, query);
    expect(fixture.lines).toEqual([`[INFO] ${line}`]);
  });

  test('name what was asked when a later handler rewrites the question', async () => {
    const fixture = new Fixture({ format: COMMON_FORMAT });
    await fixture.ask((exchange) => {
      exchange.name = NAME('other.test.');
      return found(exchange);
    });
    expect(fixture.lines[0]).toContain('"A IN a.test. udp 24 false 512" NOERROR qr,rd 46 ');
  });
});

describe('rules', () => {
  test('only the first that holds the name counts, even when it drops the line', async () => {
    const fixture = new Fixture(
      { scope: 'not..a.name.' },
      { scope: 'test.', classes: ['denial'], format: 'denied {name}' },
      { scope: 'a.test.', format: 'never' },
      { scope: 'org.', format: 'org {name}' },
    );
    await fixture.ask(found);
    await fixture.ask(denied, { name: 'b.TEST.' });
    await fixture.ask(found, { name: 'example.org.' });
    await fixture.ask(found, { name: 'example.net.' });
    expect(fixture.lines).toEqual(['[INFO] denied b.test.', '[INFO] org example.org.']);
  });

  const cases: readonly [LogRuleOptions['classes'], readonly string[]][] = [
    [['success'], ['found']],
    [['denial'], ['denied']],
    [['error'], ['failed', 'silent', 'refused']],
    [
      ['success', 'denial'],
      ['found', 'denied'],
    ],
    [
      ['error', 'all'],
      ['found', 'denied', 'failed', 'silent', 'refused'],
    ],
  ];
  test.each(cases)('classes %s', async (classes, logged) => {
    const fixture = new Fixture({ classes, format: '{name}' });
    const all = { found, denied, failed, silent, refused };
    for (const [name, serve] of Object.entries(all)) await fixture.ask(serve, { name });
    expect(fixture.lines).toEqual(logged.map((name) => `[INFO] ${name}.`));
  });

  test('kind and class are metadata where metadata is collected', async () => {
    const fixture = new Fixture({ format: '{/log/type} {/log/class}' });
    for (const serve of [denied, failed, silent]) {
      const exchange = exchangeFor({ name: 'x.test.' });
      exchange.metadata = new Map();
      await fixture.ask(serve, exchange);
    }
    await fixture.ask(denied);
    expect(fixture.lines).toEqual([
      '[INFO] NXDOMAIN denial',
      '[INFO] SERVERERROR error',
      '[INFO] OTHERERROR error',
      '[INFO] - -',
    ]);
  });
});
