// LOC: where on Earth something is (RFC 1876): a sphere with a diameter, its precision, latitude, longitude and altitude.
//
//   version u8 | size u8 | horizontal precision u8 | vertical precision u8 | latitude u32 | longitude u32 | altitude u32
//
// Sizes are two digits, mantissa and power of ten, in centimetres; angles are thousandths of an arc second from 2^31 on; the
// altitude is centimetres from 100 km below the WGS 84 spheroid. Text is in another order than the octets.

import { defineCodec, formatGeneric, type RdataCodec } from './codec.ts';
import { type TextToken, TokenCursor } from './field.ts';
import { u8Field, u32Field } from './fields/numbers.ts';
import { OctetSink } from './octet-sink.ts';
import { u32At } from './octets.ts';

const LOC_OCTETS = 16;
const ZERO_ANGLE = 2 ** 31;
const DEGREE = 3_600_000;
const MINUTE = 60_000;
const ZERO_ALTITUDE = 10_000_000;
/** 1 m, 10 km and 10 m: what stands for sizes that are left out (RFC 1876, section 3). */
const DEFAULT_SIZES = [0x12, 0x16, 0x13] as const;
const SIZE_LABELS = ['Size', 'HorizPre', 'VertPre'] as const;
const MAX_METRES = 90_000_000;

interface Axis {
  readonly label: 'Latitude' | 'Longitude';
  readonly maxDegrees: number;
  readonly positive: string;
  readonly negative: string;
  readonly words: string;
}

const LATITUDE: Axis = {
  label: 'Latitude',
  maxDegrees: 90,
  positive: 'N',
  negative: 'S',
  words: 'North/South',
};
const LONGITUDE: Axis = {
  label: 'Longitude',
  maxDegrees: 180,
  positive: 'E',
  negative: 'W',
  words: 'East/West',
};

const base = defineCodec({
  word: 'LOC',
  fields: [
    u8Field('Version'),
    ...SIZE_LABELS.map(u8Field),
    u32Field('Latitude'),
    u32Field('Longitude'),
    u32Field('Altitude'),
  ],
});

export const locCodec: RdataCodec = {
  ...base,
  parseText(tokens, origin) {
    const isGeneric = tokens[0]?.text === '\\#' && !tokens[0].isQuoted;
    return isGeneric ? base.parseText(tokens, origin) : new LocText(tokens).read();
  },
  formatText: (rdata) => (isPlace(rdata) ? formatPlace(rdata) : formatGeneric(rdata)),
};

/** Whether octets have a text of this form that leads back to them. */
function isPlace(rdata: Uint8Array): boolean {
  const [version, ...sizes] = rdata.subarray(0, 4);
  return (
    rdata.length === LOC_OCTETS &&
    version === 0 &&
    sizes.every(isSize) &&
    Math.abs(u32At(rdata, 4) - ZERO_ANGLE) <= LATITUDE.maxDegrees * DEGREE &&
    Math.abs(u32At(rdata, 8) - ZERO_ANGLE) <= LONGITUDE.maxDegrees * DEGREE
  );
}

function isSize(size: number): boolean {
  const mantissa = size >> 4;
  const exponent = size & 0xf;
  return mantissa <= 9 && exponent <= 9 && (mantissa > 0 || exponent === 0);
}

function formatPlace(rdata: Uint8Array): string {
  const sizes = [1, 2, 3].map((at) => `${formatSize(rdata[at] ?? 0)}m`);
  return [
    formatAngle(u32At(rdata, 4), LATITUDE),
    formatAngle(u32At(rdata, 8), LONGITUDE),
    `${formatAltitude(u32At(rdata, 12) - ZERO_ALTITUDE)}m`,
    ...sizes,
  ].join(' ');
}

/** `52 22 23.000 N`. */
function formatAngle(value: number, { positive, negative }: Axis): string {
  const angle = Math.abs(value - ZERO_ANGLE);
  const degrees = String(Math.floor(angle / DEGREE)).padStart(2, '0');
  const minutes = String(Math.floor((angle % DEGREE) / MINUTE)).padStart(2, '0');
  const seconds = ((angle % MINUTE) / 1000).toFixed(3);
  return `${degrees} ${minutes} ${seconds} ${value > ZERO_ANGLE ? positive : negative}`;
}

function formatAltitude(centimetres: number): string {
  return centimetres % 100 === 0 ? String(centimetres / 100) : (centimetres / 100).toFixed(2);
}

function formatSize(size: number): string {
  const mantissa = size >> 4;
  const exponent = size & 0xf;
  return exponent < 2
    ? `0.${String(mantissa * 10 ** exponent).padStart(2, '0')}`
    : `${mantissa}${'0'.repeat(exponent - 2)}`;
}

/** Reads a place from its text; `read` returns CoreDNS's error text where it is wrong. */
class LocText {
  readonly #cursor: TokenCursor;

  constructor(tokens: readonly TextToken[]) {
    this.#cursor = new TokenCursor(tokens, new Uint8Array(1));
  }

  read(): Uint8Array | string {
    const latitude = this.#angle(LATITUDE);
    if (typeof latitude === 'string') return latitude;
    const longitude = this.#angle(LONGITUDE);
    if (typeof longitude === 'string') return longitude;
    const altitude = parseAltitude(this.#next());
    if (altitude === undefined) return 'bad LOC Altitude';
    const sizes: number[] = [...DEFAULT_SIZES];
    for (const [index, label] of SIZE_LABELS.entries()) {
      if (this.#cursor.isDone) break;
      const size = parseSize(this.#next());
      if (size === undefined) return `bad LOC ${label}`;
      sizes[index] = size;
    }
    if (!this.#cursor.isDone) return 'bad LOC Size, HorizPre or VertPre';
    const out = new OctetSink();
    for (const octet of [0, ...sizes]) out.u8(octet);
    for (const word of [latitude, longitude, altitude]) out.u32(word);
    return out.toBytes();
  }

  #next(): string {
    return this.#cursor.next()?.text ?? '';
  }

  /** Degrees; minutes and seconds may be left out; the hemisphere. */
  #angle(axis: Axis): number | string {
    const degrees = wholeUpTo(this.#next(), axis.maxDegrees);
    if (degrees === undefined) return `bad LOC ${axis.label}`;
    let angle = degrees * DEGREE;
    let word = this.#next();
    if (hemisphere(word, axis) === 0) {
      const minutes = wholeUpTo(word, 59);
      if (minutes === undefined) return `bad LOC ${axis.label} minutes`;
      const seconds = /^\d+(?:\.\d*)?$/;
      const text = this.#next();
      if (!seconds.test(text) || Number(text) >= 60) return `bad LOC ${axis.label} seconds`;
      // In decimals a thousandth may come out a little short.
      angle += minutes * MINUTE + Math.floor(Number(text) * 1000 + 1e-6);
      word = this.#next();
    }
    const sign = hemisphere(word, axis);
    return sign === 0 ? `bad LOC ${axis.label} ${axis.words}` : ZERO_ANGLE + sign * angle;
  }
}

function hemisphere(word: string, { positive, negative }: Axis): 1 | -1 | 0 {
  if (word.toUpperCase() === positive) return 1;
  return word.toUpperCase() === negative ? -1 : 0;
}

function wholeUpTo(text: string, most: number): number | undefined {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : most + 1;
  return value <= most ? value : undefined;
}

function parseAltitude(text: string): number | undefined {
  if (!/^-?\d+(?:\.\d*)?m?$/i.test(text)) return undefined;
  const value = Math.floor(Number(text.replace(/m$/i, '')) * 100 + ZERO_ALTITUDE + 0.5);
  return value >= 0 && value <= 0xffff_ffff ? value : undefined;
}

/** Metres with at most two decimals as mantissa and power; what does not fit one digit is cut. */
function parseSize(text: string): number | undefined {
  const parts = /^(\d*)(?:\.(\d{1,2}))?m?$/i.exec(text);
  const [, metres = '', decimals = ''] = parts ?? [];
  if (parts === null || (metres === '' && decimals === '')) return undefined;
  let value = Number(metres) > 0 ? Number(metres) : Number(decimals.padEnd(2, '0'));
  let exponent = Number(metres) > 0 ? 2 : 0;
  if (Number(metres) > MAX_METRES) return undefined;
  for (; value >= 10; value = Math.floor(value / 10)) exponent += 1;
  return (value << 4) | exponent;
}
