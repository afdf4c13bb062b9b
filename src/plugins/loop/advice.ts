// Says whose fault a loop most likely is: which line of which resolv.conf leads back to this server, and what cures it. CoreDNS
// leaves that to a web page.

import { readFileSync } from 'node:fs';

/** One `nameserver` line. */
interface NameserverLine {
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly address: string;
}

const LOOPBACK = /^(?:127\.|::1(?:%|$))/;

/** A line for the log; undefined when none of the upstreams is to blame. `words` are those of plugin/upstream-words.ts. */
export function loopAdvice(words: readonly string[]): string | undefined {
  const lines = words.flatMap(nameserverLines);
  const loopback = lines.find(({ address }) => LOOPBACK.test(address));
  if (loopback !== undefined) return loopbackAdvice(loopback);
  const direct = words.find((word) => LOOPBACK.test(hostOf(word)));
  if (direct !== undefined) {
    return `"forward" names ${direct}, which is this machine or pod itself: name another server.`;
  }
  const [first] = lines;
  return first === undefined ? undefined : serviceAdvice(first);
}

function loopbackAdvice(line: NameserverLine): string {
  const cures = [
    "set kubelet's resolvConf to the file with the real servers (/run/systemd/resolve/resolv.conf where systemd-resolved runs)",
    'or give this pod dnsPolicy: None and dnsConfig.nameservers',
    'or name the servers in the Corefile instead of the file',
  ];
  return `${place(line)}, a loopback address: it leads back to this server. Cures: ${cures.join('; ')}.`;
}

/** The address may be that of the Service in front of this server. */
function serviceAdvice(line: NameserverLine): string {
  const cure =
    'if it is the cluster DNS address, set dnsPolicy: Default for this pod, so that it gets the resolv.conf of its node';
  return `${place(line)}: it leads back to this server. Cures: ${cure}; if it is not, that server forwards to this one.`;
}

function place({ file, line, address }: NameserverLine): string {
  return `${file}:${line} says "nameserver ${address}"`;
}

/** Nothing for words that are no readable files. */
function nameserverLines(file: string): NameserverLine[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((each, index) => {
    const [word, address] = each.trim().split(/\s+/);
    if (word !== 'nameserver' || address === undefined) return [];
    return [{ file, line: index + 1, address }];
  });
}

/** The address in `dns://[::1]:53` and the like; brackets and scheme are no part of it. */
function hostOf(word: string): string {
  return word
    .replace(/^[a-z0-9]+:\/\//, '')
    .replace(/^\[/, '')
    .replace(/\].*$/, '');
}
