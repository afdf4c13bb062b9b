// Control half of template: reads and checks its stanzas (CoreDNS: plugin/template/setup.go). Templates and regular expressions are
// compiled here for their error texts, and again in each serving thread, since they cannot be sent there.

import type { Dispenser } from '../../corefile/dispenser.ts';
import { originZones } from '../../corefile/server-key.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { readOptions, unknownIsArgumentError } from '../../plugin/options.ts';
import { classCode, typeCode } from './mnemonics.ts';
import { MATCH_ALL, type StanzaOptions, type TemplateOptions } from './options.ts';
import { type StanzaBlock, templateRows } from './stanza-rows.ts';

/** One handler for all stanzas of the block. */
export const templateControl: ControlPlugin = {
  name: 'template',
  isHandler: true,
  setup(dispenser, block) {
    const stanzas: StanzaOptions[] = [];
    while (dispenser.next()) stanzas.push(readStanza(dispenser, block));
    const options: TemplateOptions = { stanzas };
    return [options];
  },
};

function readStanza(dispenser: Dispenser, { zones: blockZones }: BlockSetup): StanzaOptions {
  if (!dispenser.nextArg()) throw dispenser.argErr();
  const klass = classCode(dispenser.value);
  if (klass === undefined) throw dispenser.err(`invalid query class ${dispenser.value}`);
  if (!dispenser.nextArg()) throw dispenser.argErr();
  const type = typeCode(dispenser.value);
  if (type === undefined) throw dispenser.err(`invalid RR class ${dispenser.value}`);
  const zones = originZones(dispenser.remainingArgs(), blockZones);
  const block: StanzaBlock = {
    patterns: [],
    variables: [],
    conditions: [],
    records: { answer: [], additional: [], authority: [] },
    rcode: Rcode.NOERROR,
    extendedError: undefined,
    fallthrough: undefined,
  };
  readOptions(dispenser, templateRows, block, unknownIsArgumentError);
  const patterns = block.patterns.length === 0 ? [MATCH_ALL] : block.patterns;
  return { class: klass, type, zones, ...block, patterns };
}
