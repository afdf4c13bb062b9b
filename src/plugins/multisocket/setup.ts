// Control half of multisocket, which is all of it: how many sockets share an address, each with a thread of its own (CoreDNS:
// plugin/multisocket/multisocket.go). Threads are the server's.

import { availableParallelism } from 'node:os';
import { parseInteger } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { ControlPlugin } from '../../plugin/control.ts';

const MAX_SOCKETS = 1024;

/** Sets `sockets`; no handler. */
export const multisocketControl: ControlPlugin = {
  name: 'multisocket',
  isHandler: false,
  setup(dispenser, { settings }) {
    dispenser.next();
    settings.sockets = readSockets(dispenser);
    if (dispenser.next()) throw dispenser.argErr();
    return [];
  },
};

/** As many as there are processors when nothing is said. */
function readSockets(dispenser: Dispenser): number {
  const args = dispenser.remainingArgs();
  const [text] = args;
  if (args.length > 1) throw dispenser.argErr();
  if (text === undefined) return availableParallelism();
  const count = parseInteger(text);
  if (typeof count === 'string') throw new CorefileError(`invalid num sockets: ${count}`);
  if (count < 1) throw new CorefileError(`num sockets can not be zero or negative: ${count}`);
  if (count > MAX_SOCKETS) {
    throw new CorefileError(`num sockets exceeds maximum (${MAX_SOCKETS}): ${count}`);
  }
  return count;
}
