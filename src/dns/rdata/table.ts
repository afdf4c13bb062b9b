// Which codec reads and writes which type: the one table. A type that is not listed is opaque.
// A new type needs its own file, a row here, and rows in the table of its tests.

import { RRType } from '../codes/rr-type.ts';
import { aCodec } from './a.ts';
import { aaaaCodec } from './aaaa.ts';
import { caaCodec } from './caa.ts';
import { cnameCodec } from './cname.ts';
import type { RdataCodec } from './codec.ts';
import { dnameCodec } from './dname.ts';
import { dnskeyCodec, keyCodec } from './dnskey.ts';
import { digestCodec, dsCodec } from './ds.ts';
import { hinfoCodec } from './hinfo.ts';
import {
  mailNameCodec,
  minfoCodec,
  nsapPtrCodec,
  numberedNameCodec,
  pxCodec,
  twoNamesCodec,
} from './legacy.ts';
import { locCodec } from './loc.ts';
import { mxCodec } from './mx.ts';
import { naptrCodec } from './naptr.ts';
import { nsCodec } from './ns.ts';
import { nsecCodec } from './nsec.ts';
import { nsec3Codec, nsec3ParamCodec } from './nsec3.ts';
import { opaqueCodec } from './opaque.ts';
import { optCodec } from './opt.ts';
import { ptrCodec } from './ptr.ts';
import { rrsigCodec, signatureCodec } from './rrsig.ts';
import { soaCodec } from './soa.ts';
import { srvCodec } from './srv.ts';
import { sshfpCodec } from './sshfp.ts';
import { httpsCodec, svcbCodec } from './svcb.ts';
import { certificateMatchCodec, tlsaCodec } from './tlsa.ts';
import { tsigCodec } from './tsig.ts';
import { stringsCodec, txtCodec } from './txt.ts';
import { uriCodec } from './uri.ts';

const codecs: ReadonlyMap<number, RdataCodec> = new Map<number, RdataCodec>([
  [RRType.A, aCodec],
  [RRType.NS, nsCodec],
  [RRType.MD, mailNameCodec('MD')],
  [RRType.MF, mailNameCodec('MF')],
  [RRType.CNAME, cnameCodec],
  [RRType.SOA, soaCodec],
  [RRType.MB, mailNameCodec('MB')],
  [RRType.MG, mailNameCodec('MG')],
  [RRType.MR, mailNameCodec('MR')],
  [RRType.PTR, ptrCodec],
  [RRType.HINFO, hinfoCodec],
  [RRType.MINFO, minfoCodec],
  [RRType.MX, mxCodec],
  [RRType.TXT, txtCodec],
  [RRType.RP, twoNamesCodec('RP')],
  [RRType.AFSDB, numberedNameCodec('AFSDB')],
  [RRType.RT, numberedNameCodec('RT')],
  [RRType.NSAP_PTR, nsapPtrCodec],
  [RRType.SIG, signatureCodec('SIG')],
  [RRType.KEY, keyCodec('KEY')],
  [RRType.PX, pxCodec],
  [RRType.AAAA, aaaaCodec],
  [RRType.LOC, locCodec],
  [RRType.SRV, srvCodec],
  [RRType.NAPTR, naptrCodec],
  [RRType.KX, numberedNameCodec('KX')],
  [RRType.DNAME, dnameCodec],
  [RRType.OPT, optCodec],
  [RRType.DS, dsCodec],
  [RRType.SSHFP, sshfpCodec],
  [RRType.RRSIG, rrsigCodec],
  [RRType.NSEC, nsecCodec],
  [RRType.DNSKEY, dnskeyCodec],
  [RRType.NSEC3, nsec3Codec],
  [RRType.NSEC3PARAM, nsec3ParamCodec],
  [RRType.TLSA, tlsaCodec],
  [RRType.SMIMEA, certificateMatchCodec('SMIMEA')],
  [RRType.NINFO, stringsCodec('NINFO')],
  [RRType.RKEY, keyCodec('RKEY')],
  [RRType.TALINK, twoNamesCodec('TALINK')],
  [RRType.CDS, digestCodec('CDS')],
  [RRType.CDNSKEY, keyCodec('CDNSKEY')],
  [RRType.SVCB, svcbCodec],
  [RRType.HTTPS, httpsCodec],
  [RRType.SPF, stringsCodec('SPF')],
  [RRType.LP, numberedNameCodec('LP')],
  [RRType.TSIG, tsigCodec],
  [RRType.URI, uriCodec],
  [RRType.CAA, caaCodec],
  [RRType.AVC, stringsCodec('AVC')],
  [RRType.RESINFO, stringsCodec('RESINFO')],
  [RRType.TA, digestCodec('TA')],
  [RRType.DLV, digestCodec('DLV')],
]);

/** The codec of a type; types without one get the opaque codec (RFC 3597). */
export function rdataCodec(type: number): RdataCodec {
  return codecs.get(type) ?? opaqueCodec;
}
