// The copied zones of one block: those of the Corefile, and the members of catalogs among them, which come and go with the
// catalogs' content (plugin/secondary/catalog.go). Control thread.

import { formatName, type Name, parseName } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { BlockSetup } from '../../plugin/control.ts';
import type { HostPort } from '../../plugin/host-port.ts';
import { notifierOf } from '../../plugin/zone-notifier.ts';
import { ZoneSetPublisher } from '../../plugin/zone-set.ts';
import { matchZone } from '../../plugin/zones.ts';
import { type CatalogMember, readCatalog } from './catalog.ts';
import type { NotifyQuestion } from './options.ts';
import { SecondaryZone } from './secondary-zone.ts';

/** A zone of the Corefile. */
export interface ConfiguredZone {
  readonly primaries: readonly HostPort[];
  /** Zones that may be members, empty for any; undefined when it is no catalog. */
  readonly catalog: readonly Name[] | undefined;
}

/** A member zone and where it comes from. */
interface Member {
  /** Origin of the catalog, as text. */
  readonly catalog: string;
  readonly id: string;
  readonly zone: SecondaryZone;
}

/** Keeps all copies of a block. */
export class SecondaryZones {
  readonly #block: BlockSetup;
  readonly #log: Logger;
  readonly #fileLog: Logger;
  readonly #publisher: ZoneSetPublisher;
  /** By origin as text, as are the next three. */
  readonly #configured: ReadonlyMap<string, ConfiguredZone>;
  readonly #zones = new Map<string, SecondaryZone>();
  readonly #members = new Map<string, Member>();
  /** What each catalog said last. */
  readonly #catalogs = new Map<string, readonly CatalogMember[]>();
  #isStopped = false;

  constructor(configured: ReadonlyMap<string, ConfiguredZone>, block: BlockSetup) {
    this.#block = block;
    this.#configured = configured;
    this.#log = pluginLogger(block.instance.log, 'secondary');
    this.#fileLog = pluginLogger(block.instance.log, 'file');
    this.#publisher = new ZoneSetPublisher('secondary', block.instance);
    for (const [text, { primaries }] of configured) {
      const origin = parseName(text);
      if (origin === undefined) continue;
      const zone = this.#makeZone(origin, primaries);
      this.#zones.set(text, zone);
      this.#announce(zone);
    }
    this.#publisher.publish();
  }

  /** Where the serving threads hear of zones. */
  get channel(): string {
    return this.#publisher.channel;
  }

  /** Begins to fetch. */
  start(): void {
    for (const zone of this.#zones.values()) void zone.run();
  }

  stop(): void {
    this.#isStopped = true;
    for (const zone of this.#zones.values()) zone.stop();
    for (const { zone } of this.#members.values()) zone.stop();
  }

  /** Passes a notification on; the serving thread has checked who sends it. */
  async notify({ origin, client }: NotifyQuestion): Promise<void> {
    const text = formatName(origin);
    const zone = this.#zones.get(text) ?? this.#members.get(text)?.zone;
    await zone?.takeNotify(client);
  }

  #makeZone(origin: Name, primaries: readonly HostPort[]): SecondaryZone {
    const { clock } = this.#block.instance;
    const zone: SecondaryZone = new SecondaryZone(
      { origin, primaries },
      {
        clock,
        log: this.#log,
        fileLog: this.#fileLog,
        accept: (records) => this.#accept(zone, records),
        setExpired: (isExpired) => {
          this.#publisher.change(origin, { isExpired });
          this.#publisher.publish();
        },
        notify: () => notifierOf(this.#block)?.notify(origin) ?? Promise.resolve(''),
      },
    );
    return zone;
  }

  /** A zone that is there, but holds nothing yet. */
  #announce(zone: SecondaryZone): void {
    this.#publisher.set(zone.origin, undefined, zone.primaryHosts);
  }

  #accept(zone: SecondaryZone, records: readonly ResourceRecord[]): string | undefined {
    const catalog = formatName(zone.origin);
    const configured = this.#configured.get(catalog);
    const isCatalog = configured?.catalog !== undefined && this.#zones.get(catalog) === zone;
    const members = isCatalog ? readCatalog(zone.origin, records) : [];
    if (typeof members === 'string') return members;
    this.#publisher.set(zone.origin, records, zone.primaryHosts);
    if (isCatalog) this.#apply(catalog, configured, members);
    this.#publisher.publish();
    return undefined;
  }

  /** Adds, keeps and removes member zones so that they are what the catalog says. */
  #apply(catalog: string, configured: ConfiguredZone, members: readonly CatalogMember[]): void {
    const allowed = members.filter(({ zone }) => isAllowed(configured, zone));
    this.#catalogs.set(catalog, members);
    for (const member of allowed) this.#applyMember(catalog, configured, member);
    const wanted = new Set(allowed.map(({ zone }) => formatName(zone)));
    for (const [text, member] of this.#members) {
      if (member.catalog !== catalog || wanted.has(text)) continue;
      member.zone.stop();
      this.#members.delete(text);
      this.#publisher.delete(member.zone.origin);
      this.#log.info(`Removed catalog member zone ${text} from catalog ${catalog}`);
    }
    const rejected = members.length - allowed.length;
    if (rejected > 0) {
      this.#log.warning(
        `Skipped ${rejected} member zones from catalog ${catalog}: outside configured member zones`,
      );
    }
    this.#log.info(`Parsed catalog zone ${catalog} with ${members.length} member zones`);
  }

  #applyMember(catalog: string, configured: ConfiguredZone, member: CatalogMember): void {
    const text = formatName(member.zone);
    const known = this.#members.get(text);
    if (known === undefined) {
      if (this.#zones.has(text)) this.#skip(text, catalog);
      else {
        this.#replace(catalog, configured, member, undefined);
        this.#log.info(`Added catalog member zone ${text} from catalog ${catalog}`);
      }
    } else if (known.catalog === catalog) {
      if (known.id === member.id) return;
      this.#replace(catalog, configured, member, undefined);
      this.#log.info(
        `Reset catalog member zone ${text} from ${catalog} after member ID changed from ${known.id} to ${member.id}`,
      );
    } else this.#migrate(catalog, configured, member, known);
  }

  /** A member moves to another catalog only if the one that has it says so (RFC 9432 section 4.4.1). */
  #migrate(
    catalog: string,
    configured: ConfiguredZone,
    member: CatalogMember,
    known: Member,
  ): void {
    const text = formatName(member.zone);
    const source = this.#catalogs.get(known.catalog)?.find(({ zone }) => formatName(zone) === text);
    if (source?.newOwner === undefined || formatName(source.newOwner) !== catalog) {
      this.#skip(text, catalog);
      return;
    }
    // What it holds stays only as long as it is the same member.
    const isSame = known.id === source.id && source.id === member.id;
    this.#replace(catalog, configured, member, isSame ? known : undefined);
    const words = `Migrated catalog member zone ${text} from catalog ${known.catalog} to ${catalog}`;
    this.#log.info(
      isSame
        ? `${words}, preserving state for member ID ${source.id}`
        : `${words} with state reset after member identity changed from ${source.id} to ${member.id}`,
    );
  }

  #replace(
    catalog: string,
    { primaries }: ConfiguredZone,
    { id, zone: origin }: CatalogMember,
    preserved: Member | undefined,
  ): void {
    const text = formatName(origin);
    this.#members.get(text)?.zone.stop();
    const zone = this.#makeZone(origin, primaries);
    if (preserved === undefined) this.#announce(zone);
    else this.#publisher.change(origin, { primaries: zone.primaryHosts });
    this.#members.set(text, { catalog, id, zone });
    if (!this.#isStopped) void zone.run(preserved?.zone.soa);
  }

  #skip(text: string, catalog: string): void {
    this.#log.warning(`Skipping catalog member zone ${text} from ${catalog}: zone already exists`);
  }
}

function isAllowed({ catalog }: ConfiguredZone, zone: Name): boolean {
  return catalog?.length === 0 || matchZone(catalog ?? [], zone) !== undefined;
}
