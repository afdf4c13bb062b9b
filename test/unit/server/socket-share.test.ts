// Which threads open a listener (plugin multisocket).

import { expect, test } from 'vitest';
import type { FromServing } from '../../../src/server/serving-config.ts';
import { ServingThread } from '../../../src/server/serving-thread.ts';
import { freePort } from '../../support/server.ts';
import {
  blockSpec,
  listenerSpec,
  servingConfig,
  servingPlugin,
  ThreadBench,
} from '../../support/serving-bench.ts';
import { TcpClient } from '../../support/tcp-client.ts';

test.each([
  ['is below the number of its sockets', 1, 2, true],
  ['is not', 1, 1, false],
])('a thread opens a listener when its index %s', async (_about, readerIndex, sockets, isOpen) => {
  const plugin = servingPlugin('test', ({ reply }) => reply.write(0));
  const replies: FromServing[] = [];
  const services = Object.assign(new ThreadBench(plugin), { readerIndex });
  const thread = new ServingThread(services, (message) => replies.push(message));
  const port = await freePort();
  const config = servingConfig(1, [blockSpec(['test'])], [listenerSpec(port, { sockets })]);
  await thread.handle({ kind: 'prepare', config });
  expect(replies.at(-1)).toMatchObject({ kind: 'prepared', error: undefined });
  await thread.handle({ kind: 'commit', generation: 1 });
  const connected = await TcpClient.connect(port).then(
    (client) => {
      client.socket.destroy();
      return true;
    },
    () => false,
  );
  expect(connected).toBe(isOpen);
  await thread.handle({ kind: 'stop' });
});
