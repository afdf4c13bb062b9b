// Faults on purpose.
import { describe, expect, test } from 'vitest';
import { Rcode, rcodeName } from '../../../../src/dns/codes/rcode.ts';
import { recordText } from '../../../../src/dns/record.ts';
import { isSearchPathProvider } from '../../../../src/plugin/search-path.ts';
import { erraticServing } from '../../../../src/plugins/erratic/erratic.ts';
import { erraticControl } from '../../../../src/plugins/erratic/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const NEVER = { drop: 0, delay: 0, delayMs: 0, truncate: 0, isLarge: false };

/** What came of so many queries: `drop`, `late`, `tc` or the response code. */
function outcomes(faults: object, queries: number, type = 'A'): string[] {
  const clock = new FakeClock();
  const context = new PluginBench(clock).context();
  const options = { ...NEVER, ...faults, counter: new SharedArrayBuffer(4) };
  const handler = erraticServing.create(options, undefined as never, context);
  return Array.from({ length: queries }, () => {
    const exchange = exchangeFor({ name: 'A.test.', type });
    const outcome = handler.serve(exchange);
    if (outcome instanceof Promise) return 'late';
    if (!exchange.reply.isWritten) return outcome === 0 ? 'drop' : rcodeName(outcome);
    return exchange.reply.isTruncated ? 'tc' : rcodeName(exchange.reply.rcode);
  });
}

describe('of queries', () => {
  test.each([
    ['none is hurt without options', NEVER, ['NOERROR', 'NOERROR', 'NOERROR', 'NOERROR']],
    ['every third is dropped', { drop: 3 }, ['drop', 'NOERROR', 'NOERROR', 'drop']],
    ['every second is late', { delay: 2, delayMs: 5 }, ['late', 'NOERROR', 'late', 'NOERROR']],
    ['truncation goes by bits', { truncate: 2 }, ['tc', 'tc', 'NOERROR', 'NOERROR', 'tc']],
  ])('%s', (_about, faults, expected) => {
    expect(outcomes(faults, expected.length)).toEqual(expected);
  });

  test('other types fail', () => {
    expect(outcomes({ drop: 2 }, 2, 'MX')).toEqual(['drop', 'SERVFAIL']);
  });
});

describe('an answer', () => {
  async function records(type: string, faults: object = {}): Promise<string[]> {
    const clock = new FakeClock();
    const context = new PluginBench(clock).context();
    const options = { ...NEVER, ...faults, counter: new SharedArrayBuffer(4) };
    const handler = erraticServing.create(options, undefined as never, context);
    const exchange = exchangeFor({ name: 'A.test.', type });
    const outcome = handler.serve(exchange);
    clock.advance(50);
    expect(await outcome).toBe(Rcode.NOERROR);
    expect(exchange.reply.isAuthoritative).toBe(true);
    return exchange.reply.answer.map(recordText);
  }

  test('is a fixed address', async () => {
    expect(await records('A')).toEqual(['A.test. 0 IN A 192.0.2.53']);
    expect(await records('AAAA', { delay: 1, delayMs: 50 })).toEqual([
      'A.test. 0 IN AAAA 2001:db8::53',
    ]);
  });

  test('may be large', async () => {
    expect(await records('A', { isLarge: true })).toHaveLength(30);
  });

  test('may be a small zone, whose end may be missing', async () => {
    const whole = await records('AXFR');
    expect(whole).toHaveLength(6);
    expect(whole[0]).toContain(' IN SOA ');
    expect(whole.at(-1)).toBe(whole[0]);
    expect(await records('AXFR', { truncate: 2 })).toEqual(whole.slice(0, 5));
  });
});

test('all clients have the same search path', () => {
  const options = { ...NEVER, counter: new SharedArrayBuffer(4) };
  const context = new PluginBench(new FakeClock()).context();
  const handler = erraticServing.create(options, undefined as never, context);
  const path = isSearchPathProvider(handler) ? handler.searchPath(exchangeFor({ name: 'a.' })) : [];
  expect(path?.map((name) => name.length)).toEqual([15, 15, 1]);
});

describe('setup', () => {
  test.each([
    ['erratic', { ...NEVER, drop: 2 }],
    ['erratic {\ndrop\n}', { ...NEVER, drop: 2 }],
    ['erratic {\ndrop 5\nlarge\n}', { ...NEVER, drop: 5, isLarge: true }],
    ['erratic {\ndelay\n}', { ...NEVER, delay: 2, delayMs: 100 }],
    ['erratic {\ndelay 3 1s\ndrop 4\n}', { ...NEVER, drop: 4, delay: 3, delayMs: 1000 }],
    ['erratic {\ntruncate\n}\nerratic', { ...NEVER, truncate: 2 }],
    ['erratic {\ntruncate 4\n}', { ...NEVER, truncate: 4 }],
  ])('%s', async (lines, expected) => {
    const [options] = await new ControlBench().load(erraticControl, `.:1053 {\n${lines}\n}`);
    expect(options).toEqual({ ...expected, counter: expect.any(SharedArrayBuffer) });
  });

  test.each([
    ['foo', "Corefile:3 - Error during parsing: unknown property 'foo'"],
    ['drop x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['drop -1', 'illegal amount value given "-1"'],
    ['truncate 4294967296', 'strconv.ParseInt: parsing "4294967296": value out of range'],
    ['delay 1 x', 'time: invalid duration "x"'],
    [
      'drop 1 2',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after '2'",
    ],
  ])('refuses %s', async (line, text) => {
    const corefile = `.:1053 {\nerratic {\n${line}\n}\n}`;
    expect(await new ControlBench().errorOf(erraticControl, corefile)).toBe(text);
  });

  test('is ready with three and four queries', async () => {
    const bench = new ControlBench();
    const [options] = await bench.load(erraticControl, '.:1053 {\nerratic\n}');
    const context = new PluginBench(new FakeClock()).context();
    const handler = erraticServing.create(options, undefined as never, context);
    const ready: (boolean | undefined)[] = [];
    for (let query = 0; query < 7; query++) {
      ready.push(bench.instance.readiness.get('erratic')?.());
      await handler.serve(exchangeFor({ name: 'a.' }));
    }
    expect(ready).toEqual([false, false, false, true, true, false, false]);
  });
});
