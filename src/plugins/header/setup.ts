// Control half of header: lines of flags for queries and for replies (CoreDNS: plugin/header/setup.go and header.go).

import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { HEADER_FLAGS, type HeaderOptions, type HeaderRule } from './options.ts';

interface Rules {
  readonly query: HeaderRule[];
  readonly response: HeaderRule[];
}

/** One handler with the rules of all stanzas. */
export const headerControl: ControlPlugin = {
  name: 'header',
  isHandler: true,
  setup(dispenser, { instance }) {
    const rules: Rules = { query: [], response: [] };
    const log = pluginLogger(instance.log, 'header');
    while (dispenser.next()) {
      while (dispenser.nextBlock()) readLine(dispenser, rules, log);
    }
    if (rules.query.length + rules.response.length === 0) throw dispenser.argErr();
    const options: HeaderOptions = rules;
    return [options];
  },
};

function readLine(dispenser: Dispenser, rules: Rules, log: Logger): void {
  const selector = dispenser.value.toLowerCase();
  const words = dispenser.remainingArgs();
  switch (selector) {
    case 'query':
    case 'response':
      rules[selector].push(...readRules(words[0] ?? '', words.slice(1)));
      return;
    case 'set':
    case 'clear':
      log.warning(
        `line ${dispenser.line}: '${selector}' without 'response' before it is deprecated`,
      );
      rules.response.push(...readRules(selector, words));
      return;
    default:
      throw ruleError(`invalid selector=${selector} should be query or response`);
  }
}

function readRules(word: string, words: readonly string[]): HeaderRule[] {
  if (word === '') throw ruleError('no flag action provided');
  if (words.length === 0) {
    throw ruleError('invalid length for flags, at least one should be provided');
  }
  const action = word.toLowerCase();
  if (action !== 'set' && action !== 'clear') {
    throw ruleError(`unknown flag action=${action}, should be set or clear`);
  }
  return words.map((each) => readFlag(each.toLowerCase(), action === 'set'));
}

function readFlag(word: string, isSet: boolean): HeaderRule {
  const flag = HEADER_FLAGS.find((each) => each === word);
  if (flag === undefined) throw ruleError(`unknown/unsupported flag=${word}`);
  return { flag, isSet };
}

function ruleError(text: string): CorefileError {
  return new CorefileError(`setting up rule: ${text}`);
}
