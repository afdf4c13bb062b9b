// What the native addon (native/addon.c) offers, and how it is found and loaded. It need not be there: whoever asks gets
// either the addon or the reason why there is none, and serves by node:dgram then.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Raised together with the number in native/addon.c. */
const VERSION = 3;

/** Where the parts of the memory that C and JavaScript share begin, and how large they are; octets. */
export interface BatchLayout {
  readonly memoryOctets: number;
  /** Datagrams of a batch, and replies that can be listed before they are sent. */
  readonly slots: number;
  readonly packetOctets: number;
  /** Twice as many routes as slots lie in the memory: the second half is for late replies. */
  readonly routeOctets: number;
  readonly outputOctets: number;
  readonly routesAt: number;
  readonly lengthsAt: number;
  readonly replyCountAt: number;
  readonly repliesAt: number;
  readonly packetsAt: number;
  readonly outputAt: number;
}

/** The same of the memory that all links of a thread share. */
export interface LinkLayout {
  readonly memoryOctets: number;
  /** Replies of a batch. */
  readonly slots: number;
  readonly packetOctets: number;
  /** Queries that can be listed before they are sent: offset, length and the errno of a failure each, 32 bits. */
  readonly queries: number;
  readonly outputOctets: number;
  readonly lengthsAt: number;
  readonly queryCountAt: number;
  readonly queriesAt: number;
  readonly outputAt: number;
  readonly packetsAt: number;
}

/** A listener in the addon. */
export type UdpHandle = object;

/** A link in the addon. */
export type LinkHandle = object;

/** What a socket has counted since it was opened. */
export interface UdpCounts {
  /** Datagrams that found the receive buffer full (wraps around at 2^32); -1 when the kernel does not say. */
  readonly kernelDrops: number;
  /** Replies that the kernel refused: no route, a firewall. */
  readonly failedSends: number;
  /** Replies thrown away because too many waited for a socket that takes none. */
  readonly droppedReplies: number;
  /** As the kernel counts it: twice what was asked for, within its limits. */
  readonly receiveBufferOctets: number;
}

/** The functions of the addon. They throw errors with a system error's code (`EADDRINUSE`). */
export interface UdpAddon {
  readonly version: number;
  readonly layout: BatchLayout;
  readonly linkLayout: LinkLayout;
  /**
   * Binds a numeric address and listens. `onBatch` is called with the number of datagrams that lie in `memory`; the
   * replies that it lists there are sent when it, and the microtasks after it, are through. Whoever has `onBatch` must keep
   * `memory` alive.
   */
  open(
    host: string,
    port: number,
    memory: ArrayBuffer,
    onBatch: (count: number) => void,
  ): UdpHandle;
  /** The bound port, 0 once closed. */
  port(handle: UdpHandle): number;
  /** Sends the listed replies now. */
  flush(handle: UdpHandle): void;
  counts(handle: UdpHandle): UdpCounts;
  close(handle: UdpHandle): void;
  /**
   * Opens a socket that is bound to a source ('' and 0 leave it to the kernel) and connected to a numeric address. `onBatch`
   * is called with the number of replies that lie in `memory`, or with a negative errno: what the kernel has heard of earlier
   * queries. Whoever has `onBatch` must keep `memory` alive.
   */
  openLink(
    host: string,
    port: number,
    source: string,
    sourcePort: number,
    memory: ArrayBuffer,
    onBatch: (count: number) => void,
  ): LinkHandle;
  /** The local address, '' once closed. */
  linkHost(handle: LinkHandle): string;
  /** The local port, 0 once closed. */
  linkPort(handle: LinkHandle): number;
  /** Sends the listed queries; gives the number of those that could not be sent. */
  sendLink(handle: LinkHandle): number;
  closeLink(handle: LinkHandle): void;
  /** '' when recvmmsg and sendmmsg can be used, else the name of the error (`ENOSYS`, `EPERM`). */
  probe(): string;
  /** Gives memory back that the process does not use: free heap of malloc, and pages of program files. */
  releaseMemory(): void;
}

/** Places for the addon: beside dist/ for a bundle in it, two levels up for sources, and in the bundle's own folder. */
function addonPath(): string | undefined {
  const file = `udp-${process.platform}-${process.arch}.node`;
  return [`../dist-native/${file}`, `../../dist-native/${file}`, `./${file}`]
    .map((path) => join(import.meta.dirname, path))
    .find((path) => existsSync(path));
}

/** Loads the addon and tries its system calls; gives the reason, a phrase, when it cannot be used. Never throws. */
export function loadUdpAddon(path: string | undefined = addonPath()): UdpAddon | string {
  if (path === undefined) return 'the addon was not built';
  let addon: UdpAddon;
  try {
    addon = createRequire(import.meta.filename)(path) as UdpAddon;
  } catch (error) {
    return `the addon does not load: ${firstLine(error)}`;
  }
  if (addon.version !== VERSION) {
    return `the addon is of other sources (${addon.version}, not ${VERSION})`;
  }
  const failure = addon.probe();
  return failure === '' ? addon : `recvmmsg or sendmmsg gives ${failure}`;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
