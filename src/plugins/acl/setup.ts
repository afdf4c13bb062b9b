// Control half of acl: reads stanzas of policies (CoreDNS: plugin/acl/setup.go). A policy's line is a small language of its
// own, `ACTION [type T...] [net N...]`, so the option-table reader only finds the lines.

import { quote } from '../../base/go-text.ts';
import { type Cidr, parseCidr } from '../../base/ip.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { originZones } from '../../corefile/server-key.ts';
import { rrTypeCode, rrTypeName } from '../../dns/codes/rr-type.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { ACL_ACTIONS, type AclOptions, type AclPolicy, type AclRule } from './options.ts';

const ANYTHING = '*';

/** One handler with the rules of all stanzas. */
export const aclControl: ControlPlugin = {
  name: 'acl',
  isHandler: true,
  setup(dispenser, { zones }) {
    const rules: AclRule[] = [];
    while (dispenser.next()) {
      const origins = originZones(dispenser.remainingArgs(), zones);
      const policies: AclPolicy[] = [];
      while (dispenser.nextBlock()) policies.push(readPolicy(dispenser));
      rules.push({ zones: origins, policies });
    }
    const options: AclOptions = { rules };
    return [options];
  },
};

function readPolicy(dispenser: Dispenser): AclPolicy {
  const word = dispenser.value;
  const action = ACL_ACTIONS.find((each) => each === word.toLowerCase());
  if (action === undefined) {
    throw dispenser.err(
      `unexpected token ${quote(word)}; expect 'allow', 'block', 'filter' or 'drop'`,
    );
  }
  const sections = readSections(dispenser);
  return {
    action,
    types: readTypes(sections.get('type'), dispenser),
    networks: readNetworks(sections.get('net'), dispenser),
  };
}

/** The words of each section by its keyword; a keyword may come again. */
function readSections(dispenser: Dispenser): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let section: string[] | undefined;
  let keyword = '';
  const expectWords = (): void => {
    if (section?.length !== 0) return;
    throw dispenser.err(`no token specified in ${quote(keyword)} section`);
  };
  for (const word of dispenser.remainingArgs()) {
    const lower = word.toLowerCase();
    if (lower === 'type' || lower === 'net') {
      expectWords();
      keyword = lower;
      section = [];
      sections.set(lower, [...(sections.get(lower) ?? []), ...section]);
    } else if (section === undefined) {
      throw dispenser.err(`unexpected token ${quote(word)}; expect 'type | net'`);
    } else {
      section.push(word);
      sections.get(keyword)?.push(word);
    }
  }
  expectWords();
  return sections;
}

/** Undefined for every type. */
function readTypes(
  words: readonly string[] | undefined,
  dispenser: Dispenser,
): number[] | undefined {
  const codes: number[] = [];
  for (const word of words ?? [ANYTHING]) {
    if (word === ANYTHING) return undefined;
    const code = rrTypeCode(word);
    // Words in lower case and TYPEnnn are no types here.
    if (code === undefined || rrTypeName(code) !== word || /^TYPE\d+$/.test(word)) {
      throw dispenser.err(`unexpected token ${quote(word)}; expect legal QTYPE`);
    }
    // The word None is CoreDNS's own mark for every type.
    if (code === 0) return undefined;
    codes.push(code);
  }
  return codes;
}

/** Undefined for every client; an address alone is a network of one. */
function readNetworks(
  words: readonly string[] | undefined,
  dispenser: Dispenser,
): Cidr[] | undefined {
  const networks: Cidr[] = [];
  for (const word of words ?? [ANYTHING]) {
    if (word === ANYTHING) return undefined;
    const text = withPrefixLength(word);
    const network = parseCidr(text);
    if (network === undefined) throw dispenser.err(`illegal CIDR notation ${quote(text)}`);
    networks.push(network);
  }
  return networks;
}

function withPrefixLength(address: string): string {
  if (address.includes('/')) return address;
  return `${address}/${address.includes(':') ? 128 : 32}`;
}
