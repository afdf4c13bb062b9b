// Control half of timeouts, which is all of it: how long TCP and TLS connections may wait (CoreDNS: plugin/timeouts/timeouts.go).
// Sockets are the server's.

import { formatDuration, parseDuration } from '../../base/duration.ts';
import { parseInteger } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { type CorefileError, pluginError } from '../../corefile/error.ts';
import type { BlockSettings, ControlPlugin } from '../../plugin/control.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';

const MIN_MS = 1000;
const MAX_MS = 86_400_000;
const UNLIMITED = -1;

/** What a block says: settings of the server block. */
type TimeoutsBlock = Partial<
  Pick<BlockSettings, 'readTimeoutMs' | 'writeTimeoutMs' | 'idleTimeoutMs' | 'maxTcpQueries'>
>;

/** Options of the block. */
export const timeoutsRows: readonly OptionRow<TimeoutsBlock>[] = [
  {
    name: 'read',
    args: 'DURATION',
    parse(block, [text = ''], dispenser) {
      block.readTimeoutMs = readTimeout(text, dispenser);
    },
    default: '3s',
    doc: 'how long a connection may take to its first query, and any query to come whole.',
  },
  {
    name: 'write',
    args: 'DURATION',
    parse(block, [text = ''], dispenser) {
      block.writeTimeoutMs = readTimeout(text, dispenser);
    },
    default: '5s',
    doc: 'how long a client may take to accept a reply.',
  },
  {
    name: 'idle',
    args: 'DURATION',
    parse(block, [text = ''], dispenser) {
      block.idleTimeoutMs = readTimeout(text, dispenser);
    },
    default: '10s',
    doc: 'how long a connection may stay without a query after the first one.',
  },
  {
    name: 'maxtcpqueries',
    args: 'COUNT',
    parse(block, [text = ''], dispenser) {
      block.maxTcpQueries = readCount(text, dispenser);
    },
    default: '-1',
    doc: 'after so many queries a connection is closed; -1 is no limit.',
  },
];

/** Sets times and the count; no handler. */
export const timeoutsControl: ControlPlugin = {
  name: 'timeouts',
  isHandler: false,
  setup(dispenser, { settings }) {
    while (dispenser.next()) {
      if (dispenser.remainingArgs().length > 0) throw pluginError('timeouts', dispenser.argErr());
      const block: TimeoutsBlock = {};
      readOptions(dispenser, timeoutsRows, block, unknownOption);
      if (Object.keys(block).length === 0) {
        const error = dispenser.err('timeouts block with no timeouts specified');
        throw pluginError('timeouts', error);
      }
      Object.assign(settings, block);
    }
    return [];
  },
};

/** CoreDNS looks at the argument before it looks at the word. */
function unknownOption(dispenser: Dispenser): CorefileError {
  const word = dispenser.value;
  const args = dispenser.remainingArgs();
  if (args.length !== 1) return dispenser.argErr();
  readTimeout(args[0] ?? '', dispenser);
  return dispenser.err(`unknown option: '${word}'`);
}

/** A duration, or a number of seconds; in milliseconds. */
function readTimeout(text: string, dispenser: Dispenser): number {
  const isNumber = typeof parseInteger(text) === 'number';
  const timeoutMs = parseDuration(isNumber ? `${text}s` : text);
  if (typeof timeoutMs === 'string') throw dispenser.err(`failed to parse duration '${text}'`);
  if (timeoutMs < MIN_MS || timeoutMs > MAX_MS) {
    throw dispenser.err(
      `timeout provided '${formatDuration(timeoutMs)}' needs to be between 1 second and 24 hours`,
    );
  }
  return timeoutMs;
}

function readCount(text: string, dispenser: Dispenser): number {
  const count = parseInteger(text);
  if (typeof count === 'string') {
    throw dispenser.err(`invalid value for maxtcpqueries '${text}': ${count}`);
  }
  if (count !== UNLIMITED && count <= 0) {
    throw dispenser.err(
      `maxtcpqueries provided '${count}' needs to be -1 (unlimited) or a positive integer`,
    );
  }
  return count;
}
