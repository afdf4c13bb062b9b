// The weight file: a line with a domain, then lines with an address and its weight (CoreDNS: plugin/loadbalance/weighted.go,
// parseWeights). Text to data only; who reads the file is control.ts.

import { parseInteger } from '../../base/go-text.ts';
import { parseIp, unmapIp } from '../../base/ip.ts';

/** An address, mapped ones as IPv4, and its weight from 1 to 255. */
export interface Weight {
  readonly address: Uint8Array;
  readonly weight: number;
}

/** Weights by domain: lower case, with a final dot. Structured-clonable. */
export type Weights = ReadonlyMap<string, readonly Weight[]>;

/** Reads the text of a weight file; a string is CoreDNS's error text. `fileName` is for errors. */
export function parseWeights(text: string, fileName: string): Weights | string {
  const weights = new Map<string, Weight[]>();
  let current: Weight[] | undefined;
  for (const each of text.split('\n')) {
    const line = each.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [first = '', second, ...others] = line.split(/\s+/);
    if (others.length > 0)
      return `could not parse weight line:"${line}" in weight file ${fileName}`;
    if (second === undefined) {
      if (parseIp(first) !== undefined) return wrongDomain(first, fileName);
      current = domainWeights(weights, first);
      continue;
    }
    const weight = parseWeight(first, second, fileName);
    if (typeof weight === 'string') return weight;
    if (current === undefined) return `missing domain name in weight file ${fileName}`;
    current.push(weight);
  }
  return weights;
}

function wrongDomain(text: string, fileName: string): string {
  return `wrong domain name:"${text}" in weight file ${fileName}. (Maybe a missing weight value?)`;
}

/** A domain may stand in the file several times. */
function domainWeights(weights: Map<string, Weight[]>, text: string): Weight[] {
  const domain = (text.endsWith('.') ? text : `${text}.`).toLowerCase();
  const known = weights.get(domain);
  if (known !== undefined) return known;
  const list: Weight[] = [];
  weights.set(domain, list);
  return list;
}

function parseWeight(ip: string, number: string, fileName: string): Weight | string {
  const address = parseIp(ip);
  if (address === undefined) return `wrong IP address:"${ip}" in weight file ${fileName}`;
  const weight = parseInteger(number, { function: 'ParseUint', bits: 8 });
  if (typeof weight === 'string' || weight === 0) {
    return `wrong weight value:"${number}" in weight file ${fileName}`;
  }
  return { address: unmapIp(address), weight };
}
