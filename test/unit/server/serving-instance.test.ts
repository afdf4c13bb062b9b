// One configuration in a serving thread: published values, idleness, closing.

import { describe, expect, test } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { ServingInstance } from '../../../src/server/serving-instance.ts';
import { queryPacket } from '../../support/dns-client.ts';
import {
  blockSpec,
  clientOf,
  listenerSpec,
  servingConfig,
  servingPlugin,
  ThreadBench,
} from '../../support/serving-bench.ts';

const ID = 'dns://127.0.0.1:53';

describe('published values', () => {
  test('reach a subscriber before the first query and later on, on its channel only', () => {
    const taken: unknown[] = [];
    const plugin = servingPlugin(
      'test',
      () => 0,
      ({ subscribe }) => {
        subscribe('test/1', (data) => taken.push(data));
      },
    );
    const channels = new Map<string, unknown>([
      ['test/1', 'early'],
      ['test/2', 'other'],
    ]);
    const config = servingConfig(1, [blockSpec(['test'])], [listenerSpec(53)], { channels });
    const instance = new ServingInstance(config, new ThreadBench(plugin));
    instance.publish('test/1', 'later');
    instance.publish('test/2', 'not mine');
    expect(taken).toEqual(['early', 'later']);
  });

  test('of undefined are handed over like any', () => {
    const taken: unknown[] = [];
    const plugin = servingPlugin(
      'test',
      () => 0,
      ({ subscribe }) => {
        subscribe('c', (data) => taken.push(data));
        subscribe('c', (data) => taken.push(data));
      },
    );
    const channels = new Map([['c', undefined]]);
    const config = servingConfig(1, [blockSpec(['test'])], [], { channels });
    new ServingInstance(config, new ThreadBench(plugin)).publish('c', 1);
    expect(taken).toEqual([undefined, undefined, 1, 1]);
  });
});

describe('idleness', () => {
  test('an instance is idle when no late answer is under way', async () => {
    const release: (() => void)[] = [];
    const plugin = servingPlugin('test', async (exchange) => {
      await new Promise<void>((resolve) => release.push(resolve));
      return exchange.reply.write(0);
    });
    const config = servingConfig(1, [blockSpec(['test'])], [listenerSpec(53)]);
    const instance = new ServingInstance(config, new ThreadBench(plugin));
    await instance.idle();
    const events: string[] = [];
    const packet = queryPacket('a.', 'A');
    const asked = ['one', 'two'].map((word) =>
      instance.target(ID)?.serve(packet, clientOf(), () => events.push(word)),
    );
    const idle = instance.idle().then(() => events.push('idle'));
    release[0]?.();
    await asked[0];
    release[1]?.();
    await Promise.all([...asked, idle]);
    expect(events).toEqual(['one', 'two', 'idle']);
  });

  test('there is no target for a listener that the configuration does not have', () => {
    const instance = new ServingInstance(servingConfig(1, [], []), new ThreadBench());
    expect(instance.target(ID)).toBeUndefined();
  });
});

describe('closing', () => {
  test('runs what handlers left, once, also after one of them has failed', () => {
    const closed: string[] = [];
    const plugin = servingPlugin(
      'test',
      () => 0,
      ({ onClose }) => {
        onClose(() => closed.push('a'));
        onClose(() => {
          throw new Error('stuck');
        });
        onClose(() => closed.push('b'));
      },
    );
    const bench = new ThreadBench(plugin);
    const instance = new ServingInstance(servingConfig(1, [blockSpec(['test'])], []), bench);
    instance.close();
    instance.close();
    expect(closed).toEqual(['a', 'b']);
    expect(bench.log.lines).toEqual(['[ERROR] stuck']);
  });

  test('bug: handlers made before a failing one were never closed', () => {
    const closed: string[] = [];
    const fine = servingPlugin(
      'fine',
      () => 0,
      ({ onClose }) => {
        onClose(() => closed.push('fine'));
      },
    );
    const failing = servingPlugin(
      'failing',
      () => 0,
      () => {
        throw new Error('cannot be made');
      },
    );
    const config = servingConfig(1, [blockSpec(['fine']), blockSpec(['failing'])], []);
    expect(() => new ServingInstance(config, new ThreadBench(fine, failing))).toThrow(
      'cannot be made',
    );
    expect(closed).toEqual(['fine']);
  });
});

test('handlers see the zones of their block and its debug word', () => {
  const seen: unknown[] = [];
  const plugin = servingPlugin(
    'test',
    () => 0,
    ({ zones, isDebug }) => seen.push([zones, isDebug]),
  );
  const blocks = [blockSpec(['test'], { zones: ['a.test.', 'a..b'], isDebug: true })];
  new ServingInstance(servingConfig(1, blocks, []), new ThreadBench(plugin));
  expect(seen).toEqual([[[parseName('a.test.')], true]]);
});
