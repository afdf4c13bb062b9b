// Walking search lists for clients.
import { describe, expect, test } from 'vitest';
import { Rcode, rcodeName } from '../../../../src/dns/codes/rcode.ts';
import { formatName, type Name } from '../../../../src/dns/name.ts';
import { recordText } from '../../../../src/dns/record.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { zoneNames } from '../../../../src/plugin/zones.ts';
import { autopathServing } from '../../../../src/plugins/autopath/autopath.ts';
import type { AutopathOptions } from '../../../../src/plugins/autopath/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { record } from '../../../support/record-lines.ts';

const OPTIONS: AutopathOptions = {
  zones: ['.'],
  provider: undefined,
  search: ['ns.svc.a.', 'svc.a.', 'a.'],
};
const METRIC = 'coredns_autopath_success_total';

/** Answers names that it has records for, all others with NXDOMAIN; remembers what it was asked. */
class Names implements Handler {
  readonly name = 'n';
  readonly asked: string[] = [];
  readonly #answers: Readonly<Record<string, (exchange: Exchange) => number>>;

  constructor(answers: Readonly<Record<string, (exchange: Exchange) => number>>) {
    this.#answers = answers;
  }

  serve(exchange: Exchange): number | Promise<number> {
    const name = formatName(exchange.askedName);
    this.asked.push(name);
    const answer = this.#answers[name.toLowerCase()];
    if (answer !== undefined) return answer(exchange);
    exchange.reply.write(Rcode.NXDOMAIN);
    return Promise.resolve(0);
  }
}

const address = ({ askedName, reply }: Exchange): number => {
  reply.answer.push(record(`${formatName(askedName)} 5 IN A 192.0.2.1`));
  return reply.write(0);
};

interface Asked {
  readonly exchange: Exchange;
  readonly outcome: number;
  readonly bench: PluginBench;
}

async function ask(
  name: string,
  next: Handler,
  options = OPTIONS,
  handlers: Handler[] = [],
): Promise<Asked> {
  const bench = new PluginBench(new FakeClock());
  bench.handlers = handlers;
  const handler = autopathServing.create(options, next, bench.context());
  const exchange = exchangeFor({ name });
  exchange.server = 'dns://:53';
  return { exchange, outcome: await handler.serve(exchange), bench };
}

const shown = ({ reply }: Exchange): string[] => [
  rcodeName(reply.rcode),
  ...reply.answer.map(recordText),
];

describe('a name below the first element', () => {
  test('is completed until one exists', async () => {
    const next = new Names({ 'b.C.a.': address, 'b.c.a.': address });
    const { exchange, bench, outcome } = await ask('b.C.ns.svc.a.', next);
    expect(next.asked).toEqual(['b.C.ns.svc.a.', 'b.C.svc.a.', 'b.C.a.']);
    expect(shown(exchange)).toEqual([
      'NOERROR',
      'b.C.ns.svc.a. 5 IN CNAME b.C.a.',
      'b.C.a. 5 IN A 192.0.2.1',
    ]);
    expect(outcome).toBe(0);
    expect(bench.count(METRIC, ['dns://:53'])).toBe(1);
  });

  test('is answered itself without an alias', async () => {
    const { exchange } = await ask('b.ns.svc.a.', new Names({ 'b.ns.svc.a.': address }));
    expect(shown(exchange)).toEqual(['NOERROR', 'b.ns.svc.a. 5 IN A 192.0.2.1']);
  });

  test('has the first reply when no name exists', async () => {
    const next = new Names({
      'b.ns.svc.a.': ({ reply }) => {
        reply.authority.push(record('a. 5 IN NS b.'));
        reply.write(Rcode.NXDOMAIN);
        return 0;
      },
    });
    const { exchange, outcome } = await ask('b.ns.svc.a.', next);
    expect(next.asked.at(-1)).toBe('b.');
    expect(shown(exchange)).toEqual(['NXDOMAIN']);
    expect([outcome, exchange.reply.authority.length]).toEqual([0, 1]);
  });

  test('gets no reply when the first one is an error without one', async () => {
    const next = new Names({ 'b.ns.svc.a.': () => Rcode.REFUSED });
    const { exchange, outcome } = await ask('b.ns.svc.a.', next);
    expect([outcome, exchange.reply.isWritten]).toEqual([Rcode.REFUSED, false]);
  });

  test('goes on after silence', async () => {
    const next = new Names({ 'b.ns.svc.a.': () => 0, 'b.svc.a.': address });
    expect(shown((await ask('b.ns.svc.a.', next)).exchange)).toHaveLength(3);
  });

  test('fails with an error of the chain', async () => {
    const next = new Names({
      'b.svc.a.': (exchange) => {
        exchange.error = new Error('boom');
        return Rcode.SERVFAIL;
      },
    });
    const { exchange, outcome } = await ask('b.ns.svc.a.', next);
    expect([outcome, exchange.error?.message, exchange.reply.isWritten]).toEqual([
      2,
      'boom',
      false,
    ]);
  });

  test('is an error when it is the element itself', async () => {
    const { exchange, outcome } = await ask('ns.svc.a.', new Names({}));
    expect(outcome).toBe(Rcode.SERVFAIL);
    expect(exchange.error?.message).toContain('overshot qname');
  });

  test('is not completed to more than 255 octets', async () => {
    const label = 'x'.repeat(60);
    const long = `${label}.${label}.${label}`;
    const search = [`${long}.`, `y.${label}.${label}.`];
    const next = new Names({});
    await ask(`${label}.${long}.`, next, { ...OPTIONS, search });
    expect(next.asked).toEqual([`${label}.${long}.`, `${label}.y.${label}.${label}.`, `${label}.`]);
    const none = await ask(`${label}.${long}.`, next, OPTIONS);
    expect(none.outcome).toBe(0);
  });
});

describe('goes straight on', () => {
  const next: Handler = { name: 'n', serve: () => 42 };
  test.each([
    ['another name', 'b.svc.a.', OPTIONS],
    ['another zone', 'b.ns.svc.a.', { ...OPTIONS, zones: ['b.'] }],
    ['an empty list', 'b.ns.svc.a.', { ...OPTIONS, search: [] }],
    ['a plugin that is not there', 'b.ns.svc.a.', { ...OPTIONS, provider: 'kubernetes' }],
  ])('%s', async (_about, name, options) => {
    expect((await ask(name, next, options)).outcome).toBe(42);
  });
});

describe('a provider', () => {
  const provider = (path: readonly Name[] | undefined): Handler => {
    const handler = { name: 'kubernetes', serve: () => 0, searchPath: () => path };
    return handler;
  };

  test('is asked for the list of the client', async () => {
    const path = zoneNames(['ns.svc.a.', 'x.']);
    const options = { ...OPTIONS, provider: 'kubernetes' };
    const { exchange } = await ask('b.ns.svc.a.', new Names({ 'b.x.': address }), options, [
      provider(path),
    ]);
    expect(shown(exchange)[1]).toBe('b.ns.svc.a. 5 IN CNAME b.x.');
  });

  test('may not know the client', async () => {
    const options = { ...OPTIONS, provider: 'kubernetes' };
    const { outcome } = await ask('b.ns.svc.a.', { name: 'n', serve: () => 42 }, options, [
      provider(undefined),
    ]);
    expect(outcome).toBe(42);
  });

  test('has to know lists', () => {
    const bench = new PluginBench(new FakeClock());
    bench.handlers = [{ name: 'cache', serve: () => 0 }];
    const options = { ...OPTIONS, provider: 'cache' };
    const next = new Names({});
    expect(() => autopathServing.create(options, next, bench.context())).toThrow(
      'plugin/autopath: cache does not implement the AutoPather interface',
    );
  });
});
