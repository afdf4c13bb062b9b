// A master file to a zone: the checks and error texts of CoreDNS's file plugin (plugin/file/file.go, Parse).

import { quote } from '../base/go-text.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import { formatName, type Name } from '../dns/name.ts';
import { soaSerial } from '../dns/rdata/soa.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { MasterError } from './master/master-error.ts';
import { type MasterSource, parseMaster } from './master/parser.ts';
import { Zone } from './zone.ts';

/** A zone that a file gave, with its records in the order of the file. */
export interface LoadedZone {
  readonly zone: Zone;
  readonly records: readonly ResourceRecord[];
}

/** The file holds the serial that is loaded already: nothing was read. */
export class SameSerialError extends Error {
  constructor(origin: Name, fileName: string, serial: number) {
    super(
      `no change in SOA serial for origin ${formatName(origin)} in file ${fileName}, with ${serial} SOA serial`,
    );
    this.name = 'SameSerialError';
  }
}

/** What a zone is loaded from. */
export interface ZoneFile {
  readonly fileName: string;
  readonly text: string;
  readonly origin: Name;
}

/**
 * Reads a zone. `serial` is the one that is loaded, -1 for none; a file whose first SOA has it throws
 * SameSerialError. Throws an Error with CoreDNS's text for anything that is wrong with the file.
 */
export function loadZone(file: ZoneFile, serial: number, source: MasterSource): LoadedZone {
  const { fileName, origin } = file;
  const zone = new Zone(origin);
  const records: ResourceRecord[] = [];
  const place = `file ${quote(fileName)}`;
  try {
    for (const record of parseMaster(file.text, fileName, zone.origin, source)) {
      const isFirstSoa = record.type === RRType.SOA && !zone.isLoaded;
      if (isFirstSoa && soaSerial(record.rdata) === serial) {
        throw new SameSerialError(zone.origin, fileName, serial);
      }
      const error = zone.add(record);
      if (error !== undefined) throw new Error(error);
      records.push(record);
    }
  } catch (error) {
    if (!(error instanceof MasterError)) throw error;
    const words = `failed to parse ${place} for origin ${formatName(zone.origin)}`;
    throw new Error(`${words} with error ${error.message}`, { cause: error });
  }
  if (!zone.isLoaded) {
    throw new Error(`${place} has no SOA record for origin ${formatName(zone.origin)}`);
  }
  return { zone, records };
}
