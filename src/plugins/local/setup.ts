// Control half of local: one switch (CoreDNS: plugin/local/setup.go).

import { quote } from '../../base/go-text.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';

/** Options of the handler, and of the block. */
export interface LocalOptions {
  /** Whether names with the first label `localhost` are answered anywhere. */
  isPrefixLocal: boolean;
}

/** Options of the block. */
export const localRows: readonly OptionRow<LocalOptions>[] = [
  {
    name: 'localhost_prefix',
    args: 'on|off',
    parse(options, [word = ''], dispenser) {
      if (word !== 'on' && word !== 'off') {
        throw dispenser.err(`localhost_prefix expects 'on' or 'off', got ${quote(word)}`);
      }
      options.isPrefixLocal = word === 'on';
    },
    default: 'on',
    doc: 'whether names that begin with the label `localhost`, such as `localhost.example.org`, are answered, too.',
  },
];

/** One handler; the last occurrence decides. */
export const localControl: ControlPlugin = {
  name: 'local',
  isHandler: true,
  setup(dispenser) {
    let options: LocalOptions = { isPrefixLocal: true };
    while (dispenser.next()) {
      options = { isPrefixLocal: true };
      if (dispenser.remainingArgs().length > 0) throw dispenser.argErr();
      readOptions(dispenser, localRows, options);
    }
    return [options];
  },
};
