// What the server says about itself.
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { recordText } from '../../../../src/dns/record.ts';
import { chaosServing } from '../../../../src/plugins/chaos/chaos.ts';
import { chaosControl } from '../../../../src/plugins/chaos/setup.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';

describe('setup', () => {
  test.each([
    ['chaos', 'Nodens-0.0.0', ['The Nodens authors']],
    ['chaos v9', 'v9', ['The Nodens authors']],
    ['chaos v9 b a b', 'v9', ['b', 'a']],
    ['chaos v1\nchaos v2', 'v1', ['The Nodens authors']],
  ])('%s', async (lines, version, authors) => {
    const bench = new ControlBench();
    const [options] = await bench.load(chaosControl, `.:1053 {\n${lines}\n}`);
    expect(options).toEqual({ version, authors, hostName: hostname() });
    expect(bench.blocks[0]?.settings.acceptsOtherClasses).toBe(true);
  });
});

describe('answers', () => {
  const options = { version: 'v9', authors: ['a', 'b'], hostName: 'host' };
  const handler = chaosServing.create(options, { name: 'n', serve: () => 7 }, undefined as never);
  const asked = (query: AskedQuery): string[] | undefined => {
    const exchange = exchangeFor(query);
    if (handler.serve(exchange) === 7) return undefined;
    expect(exchange.reply.isAuthoritative).toBe(false);
    return exchange.reply.answer.map(recordText).sort();
  };

  test.each([
    ['version.bind.', ['version.bind. 0 CH TXT "v9"']],
    ['Version.Server.', ['Version.Server. 0 CH TXT "v9"']],
    ['authors.bind.', ['authors.bind. 0 CH TXT "a"', 'authors.bind. 0 CH TXT "b"']],
    ['hostname.bind.', ['hostname.bind. 0 CH TXT "host"']],
    ['id.server.', ['id.server. 0 CH TXT "host"']],
    ['other.bind.', undefined],
  ])('%s', (name, records) => {
    expect(asked({ name, class: 'CH', type: 'TXT' })).toEqual(records);
  });

  test('only to TXT queries of class CH', () => {
    expect(asked({ name: 'version.bind.', type: 'TXT' })).toBeUndefined();
    expect(asked({ name: 'version.bind.', class: 'CH' })).toBeUndefined();
  });

  test('of at most 255 octets', () => {
    const long = chaosServing.create(
      { ...options, version: 'x'.repeat(300) },
      handler,
      undefined as never,
    );
    const exchange = exchangeFor({ name: 'version.bind.', class: 'CH', type: 'TXT' });
    expect(long.serve(exchange)).toBe(0);
    expect(exchange.reply.answer[0]?.rdata.length).toBe(256);
  });

  test('every author comes first now and then', () => {
    const first = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const exchange = exchangeFor({ name: 'authors.bind.', class: 'CH', type: 'TXT' });
      expect(handler.serve(exchange)).toBe(0);
      const [record] = exchange.reply.answer;
      if (record !== undefined) first.add(recordText(record));
    }
    expect(first.size).toBe(2);
  });
});
