// Catalog zones (RFC 9432): a zone that lists zones. Reads what a transferred catalog says; what follows from it is
// member-zones.ts.

import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import {
  equalNames,
  formatName,
  joinLabels,
  lowerName,
  type Name,
  parentName,
} from '../../dns/name.ts';
import { txtStrings } from '../../dns/rdata/txt.ts';
import { type ResourceRecord, recordText } from '../../dns/record.ts';

/** The schema that is understood. */
const VERSION = '2';

/** One member zone. */
export interface CatalogMember {
  /** The unique label. */
  readonly id: string;
  /** Lower case. */
  readonly zone: Name;
  /** The catalog that may take the member over (property `coo`). */
  readonly newOwner: Name | undefined;
}

const encoder = new TextEncoder();

/** The members in the order of their labels; a text is the reason why this is no catalog. */
export function readCatalog(
  origin: Name,
  records: readonly ResourceRecord[],
): readonly CatalogMember[] | string {
  const foreign = records.find((record) => record.class !== RRClass.IN);
  const text = formatName(origin);
  if (foreign !== undefined) {
    return `catalog zone ${text} contains non-IN record ${recordText(foreign)}`;
  }
  const reader = new CatalogReader(origin);
  for (const record of records) reader.add(record);
  return reader.fault ?? reader.members();
}

class CatalogReader {
  readonly #origin: Name;
  readonly #zones: Name;
  readonly #version: Name;
  readonly #versions: string[] = [];
  /** PTR targets by unique label. */
  readonly #members = new Map<string, Name[]>();
  readonly #newOwners = new Map<string, Name[]>();
  #hasSoa = false;
  #hasNs = false;

  constructor(origin: Name) {
    this.#origin = origin;
    this.#zones = joinLabels([encoder.encode('zones')], origin) ?? origin;
    this.#version = joinLabels([encoder.encode('version')], origin) ?? origin;
  }

  add({ name: owner, type, rdata }: ResourceRecord): void {
    const name = lowerName(owner);
    const isApex = equalNames(name, this.#origin);
    if (type === RRType.SOA && isApex) this.#hasSoa = true;
    else if (type === RRType.NS && isApex) this.#hasNs = true;
    else if (type === RRType.TXT && equalNames(name, this.#version)) {
      this.#versions.push(Buffer.concat(txtStrings(rdata)).toString('latin1'));
    } else if (type === RRType.PTR) this.#addPointer(name, lowerName(rdata));
  }

  /** `ID.zones.ORIGIN` is a member, `coo.ID.zones.ORIGIN` its next owner. */
  #addPointer(name: Name, target: Name): void {
    const parent = parentName(name);
    if (equalNames(parent, this.#zones)) push(this.#members, labelOf(name), target);
    else if (labelOf(name) === 'coo' && equalNames(parentName(parent), this.#zones)) {
      push(this.#newOwners, labelOf(parent), target);
    }
  }

  get fault(): string | undefined {
    const text = formatName(this.#origin);
    if (!this.#hasSoa) return `catalog zone ${text} has no SOA record`;
    if (!this.#hasNs) return `catalog zone ${text} has no NS record`;
    const [version] = this.#versions;
    if (version === undefined || this.#versions.length > 1) {
      return `catalog zone ${text} must have exactly one version TXT record`;
    }
    return version === VERSION
      ? undefined
      : `catalog zone ${text} has unsupported version "${version}"`;
  }

  members(): readonly CatalogMember[] | string {
    const ids = new Map<string, string>();
    const members: CatalogMember[] = [];
    for (const [id, [zone, ...more]] of this.#members) {
      if (zone === undefined || more.length > 0) {
        return `catalog member ${id}.${formatName(this.#zones)} must have exactly one PTR record`;
      }
      const other = ids.get(formatName(zone));
      if (other !== undefined) {
        return `catalog member zone ${formatName(zone)} is listed by both ${other} and ${id}`;
      }
      ids.set(formatName(zone), id);
      const [newOwner, ...others] = this.#newOwners.get(id) ?? [];
      if (others.length > 0) return `catalog member ${id} has more than one coo PTR record`;
      members.push({ id, zone, newOwner });
    }
    return members.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

function push(lists: Map<string, Name[]>, key: string, value: Name): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The leftmost label as text. */
function labelOf(name: Name): string {
  return Buffer.from(name.subarray(1, 1 + (name[0] ?? 0))).toString('latin1');
}
