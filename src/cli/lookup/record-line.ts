// A record as dns2 decodes it, as a line of text.

import type DNS from 'dns2';
import { Packet } from 'dns2';

/** dns2's types hang on its default export, which is a class. */
type Resource = DNS.Packet.Resource;

const CLASS_NAMES: Readonly<Record<number, string>> = { 1: 'IN', 3: 'CH', 4: 'HS' };

/** The data of a record: the address, `0 100 80 web.default.svc.cluster.local.` and the like. */
export function recordData(record: Resource): string {
  const { TYPE } = Packet;
  switch (record.type) {
    case TYPE.A:
    case TYPE.AAAA:
      return record.address ?? '';
    case TYPE.CNAME:
    case TYPE.PTR:
      return absolute(record.domain);
    case TYPE.NS:
      return absolute(record.ns);
    case TYPE.SRV:
      return [record.priority, record.weight, record.port, absolute(record.target)].join(' ');
    case TYPE.MX:
      return `${record.priority} ${absolute(record.exchange)}`;
    case TYPE.TXT:
      return [record.data ?? ''].flat().map(quoted).join(' ');
    case TYPE.SOA:
      return soaData(record);
    default:
      return rawData(record);
  }
}

/** `name ttl class type data`. */
export function recordLine(record: Resource): string {
  const kind = Packet.TYPE_NAME[record.type] ?? `TYPE${record.type}`;
  const rrClass = CLASS_NAMES[record.class] ?? `CLASS${record.class}`;
  return [absolute(record.name), record.ttl, rrClass, kind, recordData(record)].join(' ');
}

function absolute(name: string | undefined): string {
  const text = name ?? '';
  return text.endsWith('.') ? text : `${text}.`;
}

function quoted(text: string | Buffer | number): string {
  return `"${String(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function soaData(record: Resource): string {
  const { primary, admin, serial, refresh, retry, expiration, minimum } = record;
  return [absolute(primary), absolute(admin), serial, refresh, retry, expiration, minimum].join(
    ' ',
  );
}

/** RFC 3597 section 5, where dns2 kept the octets. */
function rawData(record: Resource): string {
  const { data } = record;
  if (!Buffer.isBuffer(data)) return JSON.stringify(data ?? {});
  return `\\# ${data.length} ${data.toString('hex')}`;
}
