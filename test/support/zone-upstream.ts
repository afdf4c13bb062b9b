// An upstream resolver as a handler, for chains under test: answers from records of several zones, recursive and not
// authoritative, like the stub upstream of the recorded answers.
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { RRType } from '../../src/dns/codes/rr-type.ts';
import { isSubdomain, type Name, ROOT } from '../../src/dns/name.ts';
import type { Exchange } from '../../src/plugin/exchange.ts';
import type { Handler } from '../../src/plugin/handler.ts';
import { matchZone } from '../../src/plugin/zones.ts';
import { lookupZone } from '../../src/zone/lookup.ts';
import { parseMaster } from '../../src/zone/master/parser.ts';
import { Zone } from '../../src/zone/zone.ts';
import { ZoneResult } from '../../src/zone/zone-answer.ts';

export class ZoneUpstream implements Handler {
  readonly name = 'forward';
  readonly #zones: Zone[];
  readonly #names: Name[];

  /** `text` is a master file of absolute names with a SOA a zone. */
  constructor(text: string) {
    const source = { readFile: (): string => '' };
    const records = [...parseMaster(text, '', ROOT, source)];
    this.#names = records.map((record) => record.name);
    const origins = records.filter(({ type }) => type === RRType.SOA).map(({ name }) => name);
    this.#zones = origins.map((origin) => new Zone(origin));
    for (const record of records) {
      const origin = matchZone(origins, record.name);
      this.#zones.find((zone) => zone.origin === origin)?.add(record);
    }
  }

  serve(exchange: Exchange): number {
    const { name, type, reply } = exchange;
    const origin = matchZone(
      this.#zones.map((zone) => zone.origin),
      name,
    );
    const zone = this.#zones.find((each) => each.origin === origin);
    if (zone === undefined) return Rcode.REFUSED;
    const found = lookupZone(zone, { name, type, isDnssecOk: false });
    reply.isRecursionAvailable = true;
    reply.answer.push(...found.answer);
    if (found.answer.length === 0) reply.authority.push(...zone.soa(false));
    // A name is there too when another zone has names below it.
    const isMissing =
      found.result === ZoneResult.NAME_ERROR &&
      !this.#names.some((each) => isSubdomain(each, name));
    reply.write(isMissing ? Rcode.NXDOMAIN : Rcode.NOERROR);
    return Rcode.NOERROR;
  }
}
