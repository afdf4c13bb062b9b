// Header flags, set and cleared on both ways.
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import { headerServing } from '../../../../src/plugins/header/header.ts';
import { headerControl } from '../../../../src/plugins/header/setup.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';

async function serve(
  lines: string,
  answer: (exchange: Exchange) => number | Promise<number>,
): Promise<Exchange> {
  const [options] = await new ControlBench().load(
    headerControl,
    `.:1053 {\nheader {\n${lines}\n}\n}`,
  );
  const handler = headerServing.create(options, { name: 'n', serve: answer }, undefined as never);
  const exchange = exchangeFor({ name: 'a.' });
  expect(await handler.serve(exchange)).toBe(7);
  return exchange;
}

describe('replies', () => {
  const written = ({ reply }: Exchange): number => {
    reply.isAuthoritative = true;
    reply.write(0);
    return 7;
  };

  test('have flags set and cleared in order', async () => {
    const { reply } = await serve('response set ra aa rd\nresponse clear AA', written);
    expect([reply.isRecursionAvailable, reply.isAuthoritative, reply.isRecursionDesired]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('may come late', async () => {
    const { reply } = await serve('response clear aa', async (exchange) => written(exchange));
    expect(reply.isAuthoritative).toBe(false);
  });

  test('that are not written are not touched', async () => {
    const { reply } = await serve('response set ra', () => 7);
    expect(reply.isRecursionAvailable).toBe(false);
  });
});

test('queries have flags changed before the next handler sees them', async () => {
  const seen: boolean[] = [];
  const { reply } = await serve('query clear rd\nQuery SET aa ra', (exchange) => {
    seen.push(exchange.isRecursionDesired, exchange.isAuthoritative, exchange.isRecursionAvailable);
    exchange.reply.write(0);
    return 7;
  });
  expect(seen).toEqual([false, true, true]);
  expect(reply.isAuthoritative).toBe(false);
});

test('a line without selector is one for replies, with a warning', async () => {
  const bench = new ControlBench();
  const [options] = await bench.load(headerControl, '.:1053 {\nheader {\nset aa\n}\n}');
  expect(options).toEqual({ query: [], response: [{ flag: 'aa', isSet: true }] });
  expect(bench.log.lines).toEqual([
    "[WARNING] plugin/header: line 3: 'set' without 'response' before it is deprecated",
  ]);
});

test.each([
  ['foo set aa', 'setting up rule: invalid selector=foo should be query or response'],
  ['response', 'setting up rule: no flag action provided'],
  ['response foo aa', 'setting up rule: unknown flag action=foo, should be set or clear'],
  ['response set', 'setting up rule: invalid length for flags, at least one should be provided'],
  ['response set xx', 'setting up rule: unknown/unsupported flag=xx'],
])('refuses %s', async (line, text) => {
  const corefile = `.:1053 {\nheader {\n${line}\n}\n}`;
  expect(await new ControlBench().errorOf(headerControl, corefile)).toBe(text);
});

test('refuses to be without rules', async () => {
  expect(await new ControlBench().errorOf(headerControl, '.:1053 {\nheader\n}')).toBe(
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'header'",
  );
});
