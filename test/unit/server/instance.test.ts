// Setting up the plugins of a Corefile: order, errors, settings, what reaches the serving side.

import { describe, expect, test } from 'vitest';
import { CorefileError } from '../../../src/corefile/error.ts';
import type { ControlPlugin, Instance } from '../../../src/plugin/control.ts';
import { loadCorefile } from '../../../src/server/corefile-loader.ts';
import { type LoadedInstance, listProblems, loadInstance } from '../../../src/server/instance.ts';
import { controlPlugin, InstanceBench } from '../../support/instance-bench.ts';

function load(bench: InstanceBench, text: string, generation = 1): Promise<LoadedInstance> {
  const blocks = loadCorefile({ fileName: 'Corefile', text }, bench.loader);
  return loadInstance(blocks, generation, bench);
}
function problems(bench: InstanceBench, text: string): Promise<string[]> {
  return listProblems(loadCorefile({ fileName: 'Corefile', text }, bench.loader), bench);
}

const binding = controlPlugin('bind', (dispenser, block) => {
  const addresses: string[] = [];
  while (dispenser.next()) addresses.push(...dispenser.remainingArgs());
  block.settings.bindAddresses = addresses;
  return [];
});
const failing = (name: string, error: unknown): ControlPlugin =>
  controlPlugin(name, () => {
    throw error;
  });

describe('order', () => {
  test('directive by directive in plugin order, within each block by block', async () => {
    const seen: string[] = [];
    const noting = (name: string): ControlPlugin =>
      controlPlugin(name, async (_dispenser, block) => {
        await Promise.resolve();
        seen.push(`${name} ${block.zones[0]}`);
        return [];
      });
    const bench = new InstanceBench([noting('first'), noting('second')]);
    await load(bench, 'a.test {\n second\n first\n}\nb.test {\n first\n second\n}\n');
    expect(seen).toEqual(['first a.test.', 'first b.test.', 'second a.test.', 'second b.test.']);
  });

  test('handlers stand in the chain in plugin order with their options, several of one word in theirs', async () => {
    const bench = new InstanceBench([
      controlPlugin('first', () => ['f']),
      controlPlugin('none', () => []),
      controlPlugin('twice', () => [1, 2]),
    ]);
    const { config } = await load(bench, '. {\n twice\n none\n first\n}\n');
    expect(config.blocks[0]?.handlers).toEqual([
      { plugin: 'first', options: 'f' },
      { plugin: 'twice', options: 1 },
      { plugin: 'twice', options: 2 },
    ]);
  });

  test('startup hooks know all handlers of their block', async () => {
    let handlers: readonly string[] = [];
    const bench = new InstanceBench([
      controlPlugin('early', (_dispenser, block) => {
        block.instance.hooks.startup.push(() => {
          handlers = block.handlers();
        });
        return [];
      }),
      controlPlugin('late'),
    ]);
    const { instance } = await load(bench, '. {\n early\n late\n}\n');
    await instance.hooks.startup[0]?.();
    expect(handlers).toEqual(['late']);
  });

  test('blocks know which plugins they name', async () => {
    const seen: boolean[] = [];
    const bench = new InstanceBench([
      controlPlugin('asking', (_dispenser, block) => {
        seen.push(block.has('other'), block.has('missing'));
        return [];
      }),
      controlPlugin('other'),
    ]);
    await load(bench, '. {\n asking\n other\n}\n');
    expect(seen).toEqual([true, false]);
  });
});

describe('errors', () => {
  test.each([
    [
      'of a plugin',
      new CorefileError(
        "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
      ),
    ],
    [
      'of any other kind',
      new Error(
        "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
      ),
    ],
  ])('%s get the name of the plugin in front', async (_what, error) => {
    await expect(load(new InstanceBench([failing('x', error)]), '. {\n x\n}\n')).rejects.toThrow(
      `plugin/x: ${error.message}`,
    );
  });

  test('a plugin that is known but not built says so', async () => {
    const bench = new InstanceBench([controlPlugin('whoami')], ['whoami', 'geoip']);
    await expect(load(bench, '. {\n whoami\n geoip\n}\n')).rejects.toThrow(
      'plugin/geoip: not supported yet',
    );
  });

  test('a scheme that is not spoken says so, after the plugins', async () => {
    const bench = new InstanceBench([controlPlugin('whoami')]);
    await expect(load(bench, 'https://. {\n whoami\n}\n')).rejects.toThrow(
      'server key https://.:443: not supported yet',
    );
  });

  test.each([
    ['a port out of range', '.:70000 {\n}\n', 'address 70000: invalid port'],
    [
      'a zone twice',
      'a.test {\n}\na.test {\n}\n',
      'cannot serve dns://a.test.:53 - it is already defined',
    ],
    [
      'a zone twice on one address',
      '. {\n bind 127.0.0.1\n}\n. {\n bind 127.0.0.1\n}\n',
      'cannot serve dns://.:53 on 127.0.0.1 - it is already defined',
    ],
    [
      'a zone on one address and on all',
      '. {\n bind 127.0.0.1\n}\n. {\n}\n',
      'cannot serve dns://.:53 - zone overlap listener capacity with dns://.:53 on 127.0.0.1',
    ],
  ])('%s', async (_what, text, message) => {
    await expect(load(new InstanceBench([binding]), text)).rejects.toThrow(message);
  });

  test('one zone on two addresses is none', async () => {
    const text = '. {\n bind 127.0.0.1\n}\n. {\n bind 127.0.0.2\n}\n';
    const { config } = await load(new InstanceBench([binding]), text);
    expect(config.listeners.map(({ id }) => id)).toEqual([
      'dns://127.0.0.1:53',
      'dns://127.0.0.2:53',
    ]);
  });
});

describe('listProblems', () => {
  test('collects one text a directive of a block and goes on', async () => {
    const bench = new InstanceBench(
      [failing('a', new Error('one')), failing('b', 'text'), controlPlugin('fine')],
      ['geoip', 'a', 'b', 'fine'],
    );
    expect(await problems(bench, 'x {\n a\n geoip\n}\ny {\n a\n b\n fine\n}\n')).toEqual([
      'plugin/geoip: not supported yet',
      'plugin/a: one',
      'plugin/a: one',
      'plugin/b: text',
    ]);
  });

  test('looks at addresses when the plugins are fine', async () => {
    const bench = new InstanceBench([binding]);
    expect(await problems(bench, '. {\n}\n. {\n}\n')).toEqual([
      'cannot serve dns://.:53 - it is already defined',
    ]);
    expect(await problems(bench, '. {\n}\n')).toEqual([]);
  });
});

describe('the serving side', () => {
  test('gets the settings of the blocks', async () => {
    const bench = new InstanceBench([
      controlPlugin('set', (_dispenser, { settings }) => {
        settings.isDebug = true;
        settings.hasStacktrace = true;
        settings.acceptsOtherClasses = true;
        settings.sockets = 3;
        return [];
      }),
    ]);
    const { config, threads } = await load(bench, 'a.test b.test {\n set\n}\n. {\n}\n', 7);
    expect(config.generation).toBe(7);
    expect(config.blocks).toEqual([
      {
        zones: ['a.test.', 'b.test.'],
        handlers: [],
        isDebug: true,
        hasStacktrace: true,
        acceptsOtherClasses: true,
      },
      {
        zones: ['.'],
        handlers: [],
        isDebug: false,
        hasStacktrace: false,
        acceptsOtherClasses: false,
      },
    ]);
    expect(threads).toBe(3);
  });

  test.each([
    ['. {\n whoami\n}\n', false],
    ['. {\n whoami\n}\na.test {\n prometheus\n}\n', true],
  ])('counts refusals once a block has prometheus: %j', async (text, expected) => {
    const bench = new InstanceBench([
      controlPlugin('whoami'),
      controlPlugin('prometheus', () => []),
    ]);
    expect((await load(bench, text)).config.countsDropped).toBe(expected);
  });

  test('gets the last value of each channel, and those published later by generation', async () => {
    let instance: Instance | undefined;
    const bench = new InstanceBench([
      controlPlugin('test', (_dispenser, block) => {
        instance = block.instance;
        instance.publish('c', 1);
        instance.publish('c', 2);
        return [];
      }),
    ]);
    const { config } = await load(bench, '. {\n test\n}\n', 4);
    expect([...config.channels]).toEqual([['c', 2]]);
    instance?.publish('c', 3);
    expect([...config.channels]).toEqual([['c', 3]]);
    expect(bench.published).toEqual([
      [4, 'c', 1],
      [4, 'c', 2],
      [4, 'c', 3],
    ]);
  });

  test('channel names differ from block to block', async () => {
    const names: string[] = [];
    const bench = new InstanceBench([
      controlPlugin('test', (_dispenser, { instance }) => {
        names.push(instance.newChannel('test'));
        return [];
      }),
    ]);
    await load(bench, 'a.test {\n test\n}\nb.test {\n test\n}\n');
    expect(new Set(names).size).toBe(2);
  });

  test.each([
    [1, true],
    [2, false],
  ])('instance %i is the first one: %s', async (generation, expected) => {
    const { instance } = await load(new InstanceBench([]), '. {\n}\n', generation);
    expect(instance.isFirst).toBe(expected);
  });
});
