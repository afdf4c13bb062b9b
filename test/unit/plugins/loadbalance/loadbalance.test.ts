// The orders that loadbalance gives to replies, and which replies it leaves alone. Chance is tested by what it may not do, and by
// what it does in many tries.
import { beforeEach, describe, expect, test } from 'vitest';
import { parseCidr } from '../../../../src/base/ip.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { recordText } from '../../../../src/dns/record.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { loadbalanceServing } from '../../../../src/plugins/loadbalance/loadbalance.ts';
import type { LoadbalanceOptions } from '../../../../src/plugins/loadbalance/options.ts';
import { parseWeights } from '../../../../src/plugins/loadbalance/weights.ts';
import { type AskedQuery, exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name, record } from '../../../support/record-lines.ts';

const A = (host: number): string => `a.test. 60 IN A 192.0.2.${host}`;
const AAAA = 'a.test. 60 IN AAAA 2001:db8::1';
const CNAME = 'w.test. 60 IN CNAME a.test.';
const TXT = 'a.test. 60 IN TXT "t"';
const MX = (preference: number): string => `a.test. 60 IN MX ${preference} m.test.`;
const TRIES = 200;

let bench: PluginBench;

beforeEach(() => {
  bench = new PluginBench(new FakeClock());
});

/** A handler in front of one that answers with these records. */
function handlerFor(
  fill: (exchange: Exchange) => void,
  options: Partial<LoadbalanceOptions> = {},
  isLate = false,
): Handler {
  const next: Handler = {
    name: 'next',
    serve: (exchange) => {
      exchange.reply.write(Rcode.NOERROR);
      fill(exchange);
      return isLate ? Promise.resolve(Rcode.NOERROR) : Rcode.NOERROR;
    },
  };
  const all = { preferred: [], weightsChannel: undefined, ...options };
  return loadbalanceServing.create(all, next, bench.context());
}

const answering =
  (...texts: readonly string[]) =>
  ({ reply }: Exchange): void => {
    reply.answer = texts.map(record);
  };

async function ask(handler: Handler, query: Partial<AskedQuery> = {}): Promise<Exchange> {
  const exchange = exchangeFor({ name: 'a.test.', ...query });
  expect(await handler.serve(exchange)).toBe(Rcode.NOERROR);
  return exchange;
}

const answerOf = ({ reply }: Exchange): string[] => reply.answer.map(recordText);

describe('round robin', () => {
  test('brings each address to each place, late or not', async () => {
    for (const isLate of [false, true]) {
      const handler = handlerFor(answering(A(1), A(2), A(3)), {}, isLate);
      const seen = new Set<string>();
      for (let i = 0; i < TRIES; i++) seen.add(answerOf(await ask(handler)).join());
      expect(seen.size).toBe(6);
    }
  });

  test('groups the records of each section', async () => {
    const handler = handlerFor(({ reply }) => {
      reply.answer = [MX(1), A(1), TXT, AAAA, CNAME, MX(2)].map(record);
      reply.authority = [A(1), TXT].map(record);
      reply.additional = [A(1), TXT].map(record);
    });
    const orders = new Set<string>();
    for (let i = 0; i < TRIES; i++) {
      const exchange = await ask(handler);
      const types = exchange.reply.answer.map(({ type }) => type);
      expect(types.slice(0, 2)).toEqual([5, 16]);
      expect(types.slice(2, 4).toSorted((a, b) => a - b)).toEqual([1, 28]);
      expect(types.slice(4)).toEqual([15, 15]);
      expect(exchange.reply.authority.map(({ type }) => type)).toEqual([16, 1]);
      expect(exchange.reply.additional.map(({ type }) => type)).toEqual([16, 1]);
      orders.add(answerOf(exchange).join());
    }
    expect(orders.size).toBe(4);
  });

  test('does not touch the array that it was given', async () => {
    const given = [A(1), A(2), A(3)].map(record);
    const before = given.slice();
    const handler = handlerFor(({ reply }) => {
      reply.answer = given;
    });
    for (let i = 0; i < 20; i++) await ask(handler);
    expect(given).toEqual(before);
  });

  test.each<[string, Partial<AskedQuery>, (exchange: Exchange) => void]>([
    ['a failure', {}, ({ reply }) => void reply.write(Rcode.NXDOMAIN)],
    ['AXFR', { type: 'AXFR' }, () => undefined],
    ['IXFR', { type: 'IXFR' }, () => undefined],
    [
      'a reply that says that it is a transfer',
      {},
      ({ reply }) => {
        reply.question = { name: name('a.test.'), type: 252, class: 1 };
      },
    ],
    [
      'nothing written',
      {},
      ({ reply }) => {
        reply.isWritten = false;
      },
    ],
  ])('leaves alone: %s', async (_what, query, change) => {
    const handler = handlerFor((exchange) => {
      answering(A(1), A(2), A(3), A(4))(exchange);
      change(exchange);
    });
    for (let i = 0; i < 20; i++) {
      expect(answerOf(await ask(handler, query))).toEqual([A(1), A(2), A(3), A(4)]);
    }
  });
});

describe('prefer', () => {
  const preferred = ['192.0.2.2/32', '192.0.2.0/30', '2001:db8::/32'].map((text) => {
    const cidr = parseCidr(text);
    if (cidr === undefined) throw new Error(text);
    return cidr;
  });

  test('puts addresses in the order of the blocks', async () => {
    const handler = handlerFor(answering(TXT, MX(1), A(9), AAAA, A(3), A(2), CNAME), { preferred });
    for (let i = 0; i < 20; i++) {
      expect(answerOf(await ask(handler))).toEqual([CNAME, A(2), A(3), AAAA, A(9), MX(1), TXT]);
    }
  });

  test('applies to the additional section, too, and leaves single records', async () => {
    const handler = handlerFor(
      ({ reply }) => {
        reply.answer = [record(TXT)];
        reply.additional = [A(9), A(2)].map(record);
      },
      { preferred },
    );
    const { reply } = await ask(handler);
    expect(reply.additional.map(recordText)).toEqual([A(2), A(9)]);
  });
});

describe('weighted', () => {
  const weightsChannel = 'w';

  function publish(text: string): void {
    bench.block([]).instance.publish(weightsChannel, parseWeights(text, 'wf'));
  }

  async function firstPlaces(handler: Handler): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let i = 0; i < TRIES; i++) {
      const first = answerOf(await ask(handler))[0] ?? '';
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    return counts;
  }

  test('chooses the first address by its weight, and follows changes', async () => {
    publish('A.test\n192.0.2.2 255\nother.test\n192.0.2.1 255');
    const handler = handlerFor(answering(A(1), A(2)), { weightsChannel });
    expect((await firstPlaces(handler)).get(A(2))).toBeGreaterThan(TRIES * 0.9);
    publish('a.test\n::ffff:192.0.2.1 255');
    expect((await firstPlaces(handler)).get(A(1))).toBeGreaterThan(TRIES * 0.9);
    publish('');
    expect((await firstPlaces(handler)).size).toBe(2);
  });

  test('swaps one address to the front, behind aliases and other records', async () => {
    publish('a.test\n2001:db8::1 255');
    const handler = handlerFor(
      ({ reply }) => {
        reply.answer = [MX(1), A(1), A(2), AAAA, TXT, CNAME].map(record);
        reply.additional = [TXT, MX(1)].map(record);
      },
      { weightsChannel },
    );
    const orders = new Set<string>();
    for (let i = 0; i < TRIES; i++) {
      const exchange = await ask(handler, { type: 'SRV' });
      expect(exchange.reply.additional.map(recordText)).toEqual([TXT, MX(1)]);
      orders.add(answerOf(exchange).join());
    }
    expect(orders).toContain([CNAME, TXT, AAAA, A(2), A(1), MX(1)].join());
  });

  test('leaves other types alone', async () => {
    const handler = handlerFor(answering(A(1), TXT), { weightsChannel });
    expect(answerOf(await ask(handler, { type: 'MX' }))).toEqual([A(1), TXT]);
  });
});
