// Lines of the errors plugin, one by one and consolidated.
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../../../src/plugin/handler.ts';
import { errorsServing } from '../../../../src/plugins/errors/errors.ts';
import type { PatternOptions } from '../../../../src/plugins/errors/options.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** A next handler that fails with a text, or succeeds without one. */
function nextWith(text: string | undefined, isLate: boolean): Handler {
  return {
    name: 'next',
    serve(exchange: Exchange): Later<Outcome> {
      if (text !== undefined) exchange.error = new Error(text);
      const outcome = text === undefined ? Rcode.NOERROR : Rcode.SERVFAIL;
      return isLate ? Promise.resolve(outcome) : outcome;
    },
  };
}

function pattern(options: Partial<PatternOptions>): PatternOptions {
  return { periodMs: 3000, pattern: 'timeout', level: 'error', isFirstShown: false, ...options };
}

class Fixture {
  readonly clock = new FakeClock();
  readonly bench = new PluginBench(this.clock);
  readonly #patterns: readonly PatternOptions[];

  constructor(...patterns: readonly PatternOptions[]) {
    this.#patterns = patterns;
  }

  /** One handler; the text of its errors is changed from call to call. */
  readonly #fail = { text: undefined as string | undefined };
  #handler: Handler | undefined;

  fail(text: string | undefined): Later<Outcome> {
    this.#fail.text = text;
    const next: Handler = { name: 'next', serve: (x) => nextWith(this.#fail.text, false).serve(x) };
    this.#handler ??= errorsServing.create(
      { patterns: this.#patterns },
      next,
      this.bench.context(),
    );
    return this.#handler.serve(exchangeFor({ name: 'X.test.', type: 'SRV' }));
  }

  get lines(): string[] {
    return this.bench.log.lines;
  }
}

const LINE = (text: string, level = 'ERROR'): string =>
  `[${level}] plugin/errors: 2 x.test. SRV: ${text}`;

describe('without patterns', () => {
  test('logs an error with number, name and type, and hands the outcome on', () => {
    const fixture = new Fixture();
    expect(fixture.fail('plugin/hosts: no next plugin found')).toBe(Rcode.SERVFAIL);
    expect(fixture.lines).toEqual([LINE('plugin/hosts: no next plugin found')]);
  });

  test('says nothing where there is no error', () => {
    const fixture = new Fixture();
    expect(fixture.fail(undefined)).toBe(Rcode.NOERROR);
    expect(fixture.lines).toEqual([]);
  });

  test.each([undefined, 'late'])('waits for a late outcome (%s)', async (text) => {
    const bench = new PluginBench(new FakeClock());
    const handler = errorsServing.create({ patterns: [] }, nextWith(text, true), bench.context());
    expect(handler.name).toBe('errors');
    expect(await handler.serve(exchangeFor({ name: 'x.test.', type: 'SRV' }))).toBe(
      text === undefined ? Rcode.NOERROR : Rcode.SERVFAIL,
    );
    expect(bench.log.lines).toEqual(text === undefined ? [] : [LINE('late')]);
  });
});

describe('consolidate', () => {
  test('counts matching errors and logs the count after the period', async () => {
    const fixture = new Fixture(pattern({ level: 'warning' }));
    for (const text of ['i/o timeout', 'a timeout b', 'refused']) await fixture.fail(text);
    expect(fixture.lines).toEqual([LINE('refused')]);
    fixture.clock.advance(2999);
    expect(fixture.lines).toHaveLength(1);
    fixture.clock.advance(1);
    expect(fixture.lines[1]).toBe(
      "[WARNING] plugin/errors: 2 errors like 'timeout' occurred in last 3s",
    );
    fixture.clock.advance(10_000);
    expect(fixture.lines).toHaveLength(2);
  });

  test('begins a new period with the next error', async () => {
    const fixture = new Fixture(pattern({ periodMs: 300_000 }));
    for (let round = 0; round < 2; round++) {
      await fixture.fail('timeout');
      fixture.clock.advance(300_000);
    }
    const line = "[ERROR] plugin/errors: 1 errors like 'timeout' occurred in last 5m0s";
    expect(fixture.lines).toEqual([line, line]);
  });

  test('counts with the first pattern that matches', async () => {
    const fixture = new Fixture(pattern({ pattern: '^i/o' }), pattern({ pattern: '.*' }));
    for (const text of ['i/o timeout', 'other']) await fixture.fail(text);
    fixture.clock.advance(3000);
    expect(fixture.lines).toEqual([
      "[ERROR] plugin/errors: 1 errors like '^i/o' occurred in last 3s",
      "[ERROR] plugin/errors: 1 errors like '.*' occurred in last 3s",
    ]);
  });

  test('shows the first error at the level of the pattern, and the count when there were more', async () => {
    const fixture = new Fixture(pattern({ isFirstShown: true, level: 'info' }));
    await fixture.fail('timeout 1');
    expect(fixture.lines).toEqual([LINE('timeout 1', 'INFO')]);
    fixture.clock.advance(3000);
    expect(fixture.lines).toHaveLength(1);
    for (const text of ['timeout 2', 'timeout 3']) await fixture.fail(text);
    fixture.clock.advance(3000);
    expect(fixture.lines.slice(1)).toEqual([
      LINE('timeout 2', 'INFO'),
      "[INFO] plugin/errors: 2 errors like 'timeout' occurred in last 3s",
    ]);
  });

  test('logs open counts when the configuration is dropped, and later errors one by one', async () => {
    const fixture = new Fixture(pattern({ level: 'debug' }), pattern({ pattern: 'never' }));
    await fixture.fail('timeout');
    fixture.bench.close();
    expect(fixture.lines).toEqual([
      "[DEBUG] plugin/errors: 1 errors like 'timeout' occurred in last 3s",
    ]);
    expect(fixture.clock.pendingTimers).toBe(0);
    await fixture.fail('timeout');
    expect(fixture.lines[1]).toBe(LINE('timeout', 'DEBUG'));
  });
});
