// `.Message` and `.Question` of templates: the query with the names and types that miekg/dns gives it. Records have a header and
// their text; of the additional section there is the OPT only, which is all that queries carry there.

import { rrClassName } from '../../dns/codes/rr-class.ts';
import { RRType, rrTypeName } from '../../dns/codes/rr-type.ts';
import type { Edns, EdnsOptionData } from '../../dns/edns.ts';
import { formatName } from '../../dns/name.ts';
import { type ResourceRecord, recordText } from '../../dns/record.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import {
  type GoFunction,
  GoInteger,
  GoSlice,
  GoStruct,
  type GoValue,
  type StructMembers,
} from './language/values.ts';

/** A struct of plain values. */
function struct(
  type: string,
  fields: Readonly<Record<string, GoValue>>,
  extras: Omit<StructMembers, 'fields'> = {},
): GoStruct {
  return new GoStruct(type, { fields: Object.keys(fields), ...extras }, (name) => fields[name]);
}

/** A method without parameters. */
function method(call: () => GoValue): GoFunction {
  return { parameters: [], isVariadic: false, call };
}

function methods(
  table: Readonly<Record<string, () => GoValue>>,
): (name: string) => GoFunction | undefined {
  return (name) => {
    const call = Object.hasOwn(table, name) ? table[name] : undefined;
    return call === undefined ? undefined : method(call);
  };
}

const uint16 = (value: number): GoInteger => new GoInteger('uint16', value);
const int = (value: number): GoInteger => new GoInteger('int', value);

/** *dns.Question. */
export function questionData(exchange: Exchange): GoStruct {
  const name = formatName(exchange.askedName);
  const text = (): string =>
    `;${name}\t${rrClassName(exchange.class)}\t ${rrTypeName(exchange.type)}`;
  const fields = { Name: name, Qtype: uint16(exchange.type), Qclass: uint16(exchange.class) };
  return struct('*dns.Question', fields, { text, methods: methods({ String: text }) });
}

/** *dns.Msg. */
export function messageData(exchange: Exchange): GoStruct {
  const question = questionData(exchange);
  const opt = exchange.edns === undefined ? undefined : optData(exchange.edns);
  const text = (): string => question.text();
  const fields = {
    Id: uint16(exchange.id),
    Response: false,
    Opcode: int(exchange.opcode),
    Authoritative: false,
    Truncated: false,
    RecursionDesired: exchange.isRecursionDesired,
    RecursionAvailable: false,
    Zero: false,
    AuthenticatedData: exchange.isAuthenticData,
    CheckingDisabled: exchange.isCheckingDisabled,
    Rcode: int(0),
    Compress: false,
    Question: new GoSlice('dns.Question', [question]),
    Answer: new GoSlice('dns.RR', []),
    Ns: new GoSlice('dns.RR', exchange.authority.map(recordData)),
    Extra: new GoSlice('dns.RR', opt === undefined ? [] : [opt]),
  };
  const table = { IsEdns0: () => opt, Len: () => int(exchange.length), String: text };
  return struct('*dns.Msg', fields, { text, methods: methods(table) });
}

/** dns.RR_Header. */
function headerData(record: ResourceRecord): GoStruct {
  const { name, type, class: klass, ttl, rdata } = record;
  return struct('dns.RR_Header', {
    Name: formatName(name),
    Rrtype: uint16(type),
    Class: uint16(klass),
    Ttl: new GoInteger('uint32', ttl),
    Rdlength: uint16(rdata.length),
  });
}

/** A record: header and text. */
function recordData(record: ResourceRecord): GoStruct {
  const header = headerData(record);
  const text = (): string => recordText(record);
  const table = { Header: () => header, String: text };
  return struct(
    `*dns.${rrTypeName(record.type)}`,
    { Hdr: header },
    { text, methods: methods(table) },
  );
}

/** *dns.OPT. */
function optData(edns: Edns): GoStruct {
  const header = struct('dns.RR_Header', {
    Name: '.',
    Rrtype: uint16(RRType.OPT),
    Class: uint16(edns.udpSize),
    Ttl: new GoInteger('uint32', edns.isDnssecOk ? 0x8000 : 0),
    Rdlength: uint16(0),
  });
  const fields = {
    Hdr: header,
    Option: new GoSlice('dns.EDNS0', edns.options.map(optionData)),
  };
  return struct('*dns.OPT', fields, {
    methods: methods({
      Header: () => header,
      Do: () => edns.isDnssecOk,
      UDPSize: () => uint16(edns.udpSize),
      Version: () => new GoInteger('uint8', edns.version),
      ExtendedRcode: () => int(edns.extendedRcode << 4),
    }),
  });
}

/** An option by number and octets, known or not. */
function optionData({ code, data }: EdnsOptionData): GoStruct {
  const octets = [...data].map((octet) => new GoInteger('uint8', octet));
  const fields = { Code: uint16(code), Data: new GoSlice('uint8', octets) };
  return struct('*dns.EDNS0_LOCAL', fields, { methods: methods({ Option: () => fields.Code }) });
}
