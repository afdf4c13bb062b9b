// Control half of log: turns its stanzas into a list of rules (CoreDNS: plugin/log/setup.go).

import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import {
  COMBINED_FORMAT,
  COMMON_FORMAT,
  LOG_CLASSES,
  type LogClass,
  type LogOptions,
  type LogRuleOptions,
} from './options.ts';

/** What the block of one stanza says. */
interface LogBlock {
  readonly classes: Set<LogClass>;
}

/** Options of the block. */
export const logRows: readonly OptionRow<LogBlock>[] = [
  {
    name: 'class',
    args: 'CLASS...',
    parse(block, args) {
      for (const word of args) block.classes.add(readClass(word));
    },
    doc: 'logs only replies of these classes: `success`, `denial`, `error` or `all`, the default.',
  },
];

/** One handler for all stanzas of the block. */
export const logControl: ControlPlugin = {
  name: 'log',
  isHandler: true,
  setup(dispenser) {
    const rules: LogRuleOptions[] = [];
    while (dispenser.next()) rules.push(...readStanza(dispenser));
    const options: LogOptions = { rules };
    return [options];
  },
};

function readStanza(dispenser: Dispenser): LogRuleOptions[] {
  const { scopes, format } = readArguments(dispenser.remainingArgs());
  const block: LogBlock = { classes: new Set() };
  readOptions(dispenser, logRows, block);
  const classes: LogClass[] = block.classes.size === 0 ? ['all'] : [...block.classes];
  return scopes.map((scope) => ({ scope: absolute(scope), format, classes }));
}

/** A single argument is a name even when it looks like a format; of several, the last one is a format if it has a `{`. */
function readArguments(args: readonly string[]): {
  readonly scopes: readonly string[];
  readonly format: string;
} {
  const last = args.at(-1);
  if (args.length < 2 || last?.includes('{') !== true) {
    return { scopes: args.length === 0 ? ['.'] : args, format: COMMON_FORMAT };
  }
  const format = last
    .replaceAll('{common}', () => COMMON_FORMAT)
    .replaceAll('{combined}', () => COMBINED_FORMAT);
  return { scopes: args.slice(0, -1), format };
}

function readClass(word: string): LogClass {
  const found = LOG_CLASSES.find((each) => each === word);
  if (found === undefined) throw new CorefileError(`invalid Class: ${word}`);
  return found;
}

function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}
