// The SOA of a zone's negative answers on the short path, made once: each answer copies it whole and puts its serial in.

import { joinLabels, type Name } from '../../dns/name.ts';
import { plainLength, writePlain } from '../../dns/wire/plain-records.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import { HOSTMASTER_LABELS, soaRecord } from './rrsets.ts';

/** Five numbers stand behind the two names of a SOA; the serial is the first (RFC 1035 section 3.3.13). */
const SOA_NUMBERS = 20;

/** The octets of one zone's SOA. */
export class SoaTemplate {
  readonly #octets: Uint8Array;
  readonly #serialAt: number;
  readonly #zoneLength: number;
  /** Where the zone is spelled: by the owner, the name server and the mailbox. */
  readonly #spellings: readonly number[];

  /** `ttl` is that of the block, in seconds. */
  constructor(zone: Name, ttl: number) {
    const soa = soaRecord(zone, 0, ttl);
    this.#octets = new Uint8Array(plainLength([soa]));
    writePlain([soa], this.#octets, 0);
    this.#serialAt = this.#octets.length - SOA_NUMBERS;
    this.#zoneLength = zone.length;
    const mailbox = joinLabels(HOSTMASTER_LABELS, zone) ?? zone;
    const behindNameServer = this.#serialAt - mailbox.length;
    this.#spellings = [0, behindNameServer - zone.length, this.#serialAt - zone.length];
  }

  /** Appends it to the authority section, in the spelling of the query; false when there is no room. */
  append(direct: DirectExchange, serial: number): boolean {
    const start = direct.at;
    if (!direct.authorityRecord(this.#octets)) return false;
    direct.putU32(start + this.#serialAt, serial);
    if (direct.hasCapitals)
      for (const at of this.#spellings) direct.putSuffix(start + at, this.#zoneLength);
    return true;
  }
}
