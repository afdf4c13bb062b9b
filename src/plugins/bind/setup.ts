// Control half of bind, which is all of it: the listen addresses of a block (CoreDNS: plugin/bind/setup.go). Sockets are
// opened by the server; an address that is not on this machine fails there.

import { quote } from '../../base/go-text.ts';
import { parseIp } from '../../base/ip.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import { interfaceAddresses } from './interfaces.ts';

/** What one occurrence of the word says. */
interface BindLine {
  except: readonly string[];
}

/** Options of the block. */
export const bindRows: readonly OptionRow<BindLine>[] = [
  {
    name: 'except',
    // Required, but the error for none is the plugin's own.
    args: '[ADDRESS|IFACE...]',
    parse(line, args) {
      if (args.length === 0) {
        throw new CorefileError(
          'at least one address or interface must be given to except subdirective',
        );
      }
      line.except = args;
    },
    doc: 'addresses, or all addresses of interfaces, to leave out.',
  },
];

/** Sets `bindAddresses`; no handler. */
export const bindControl: ControlPlugin = {
  name: 'bind',
  isHandler: false,
  setup(dispenser, block) {
    const addresses: string[] = [];
    while (dispenser.next()) addresses.push(...readLine(dispenser));
    block.settings.bindAddresses = addresses;
    return [];
  },
};

/** Addresses of one occurrence, those behind `except` taken out. Empty when nothing is left. */
function readLine(dispenser: Dispenser): string[] {
  const places = dispenser.remainingArgs();
  if (places.length === 0) {
    throw new CorefileError('at least one address or interface name is expected');
  }
  const line: BindLine = { except: [] };
  readOptions(dispenser, bindRows, line, unknownOption);
  const addresses = places.flatMap(addressesOf);
  const excepted = new Set(line.except.flatMap(addressesOf));
  return addresses.filter((address) => !excepted.has(address));
}

function unknownOption(dispenser: Dispenser): CorefileError {
  return new CorefileError(`invalid option ${quote(dispenser.value)}`);
}

/** An interface's addresses, else the address itself, as it is written. */
function addressesOf(place: string): readonly string[] {
  const found = interfaceAddresses(place);
  if (found !== undefined) return found;
  if (parseIp(place) === undefined) {
    throw new CorefileError(`not a valid IP address or interface name: ${quote(place)}`);
  }
  return [place];
}
