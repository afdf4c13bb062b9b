// One zone that is kept as a copy of a primary's (RFC 1034 section 4.3.5): fetched at the start, checked by the times of its
// SOA and whenever the primary says so, given up when it is too old (plugin/file/secondary.go). Control thread.

import type { Clock, Timer } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { quote } from '../../base/go-text.ts';
import { Opcode } from '../../dns/codes/opcode.ts';
import { Rcode, rcodeName } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName, type Name } from '../../dns/name.ts';
import { readSoa, soaSerial } from '../../dns/rdata/soa.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { Logger } from '../../log/logger.ts';
import { canonicalHost, type HostPort, joinHostPort } from '../../plugin/host-port.ts';
import { randomBelow } from '../../upstream/random.ts';
import { askOnce } from '../../upstream/single-query.ts';
import { fetchZone } from '../../upstream/zone-transfer.ts';
import { Zone } from '../../zone/zone.ts';
import { isOlderSerial } from './serial.ts';

/** What is copied, and from where. */
export interface CopiedZone {
  readonly origin: Name;
  readonly primaries: readonly HostPort[];
}

/** What a copy needs, and whom it tells. */
export interface CopyContext {
  readonly clock: Clock;
  /** Lines of transfers appear under the name of the file plugin, as in CoreDNS. */
  readonly fileLog: Logger;
  readonly log: Logger;
  /** Takes the zone after each transfer. A text is a reason to refuse it. */
  accept(records: readonly ResourceRecord[]): string | undefined;
  /** The copy has become too old to answer from, or is good again without a transfer. */
  setExpired(isExpired: boolean): void;
  /** Tells the secondaries of this server; resolves to what failed. */
  notify(): Promise<string>;
  /** A random time below a limit, so that copies do not all ask at once. */
  readonly jitterMs?: (limitMs: number) => number;
}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;
const CHECK_TIMEOUT_MS = 2000;
const REFRESH_JITTER_MS = 5000;
const RETRY_JITTER_MS = 2000;

/** Times of a SOA in seconds. */
interface Times {
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
}

/** Keeps one copy. */
export class SecondaryZone {
  readonly origin: Name;
  readonly #primaries: readonly HostPort[];
  readonly #context: CopyContext;
  readonly #stopped = new AbortController();
  /** Transfers and checks run one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #soa: ResourceRecord | undefined = undefined;

  constructor({ origin, primaries }: CopiedZone, context: CopyContext) {
    this.origin = origin;
    this.#primaries = primaries;
    this.#context = context;
  }

  /** Addresses whose NOTIFY counts. */
  get primaryHosts(): readonly string[] {
    return this.#primaries.map(({ host }) => canonicalHost(host));
  }

  /** Keeps the copy until `stop`. Resolves then, and never rejects. `soa` is that of a copy taken over. */
  async run(soa?: ResourceRecord): Promise<void> {
    this.#soa = soa;
    await this.#fetchFirst();
    while (!this.#stopped.signal.aborted) await this.#follow();
  }

  /** The SOA of the copy. */
  get soa(): ResourceRecord | undefined {
    return this.#soa;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** A primary says that the zone has changed. */
  async takeNotify(client: string): Promise<void> {
    const { fileLog } = this.#context;
    const words = `Notify from ${client} for ${formatName(this.origin)}:`;
    fileLog.info(`${words} checking transfer`);
    await this.#inTurn(async () => {
      const isNewer = await this.#isNewer();
      if (isNewer instanceof Error) {
        fileLog.info(`${words} no SOA serial increase seen`);
        fileLog.warning(`${words} failed primary check: ${isNewer.message}`);
      } else if (!isNewer) fileLog.info(`${words} no SOA serial increase seen`);
      else {
        const error = await this.#fetch();
        if (error !== undefined) fileLog.warning(`${words} transfer failed: ${error.message}`);
      }
    });
  }

  async #fetchFirst(): Promise<void> {
    let delayMs = FIRST_RETRY_MS;
    while (!this.#stopped.signal.aborted) {
      const error = await this.#inTurn(() => this.#fetch());
      if (error === undefined || this.#stopped.signal.aborted) return;
      this.#context.log.warning(
        `All '${formatName(this.origin)}' masters failed to transfer, retrying in ${formatDuration(delayMs)}: ${error.message}`,
      );
      await this.#wait(delayMs);
      delayMs = Math.min(delayMs * 2, MAX_RETRY_MS);
    }
  }

  /** From one good state to the next: refresh, and retry until it works; meanwhile the copy may expire. */
  async #follow(): Promise<void> {
    const { refresh, retry, expire } = this.#times();
    let isRetrying = false;
    let isExpired = false;
    const onExpire = (): void => {
      isExpired = isRetrying;
      if (isExpired) this.#context.setExpired(true);
      else arm();
    };
    let timer: Timer | undefined;
    const arm = (): void => {
      timer = this.#context.clock.setTimeout(onExpire, expire * 1000);
    };
    arm();
    let isGood = await this.#checkAfter(refresh, REFRESH_JITTER_MS, 'refresh');
    while (!isGood && !this.#stopped.signal.aborted) {
      isRetrying = true;
      isGood = await this.#checkAfter(retry, RETRY_JITTER_MS, 'retry');
    }
    if (timer !== undefined) this.#context.clock.clearTimeout(timer);
    if (isExpired && isGood) this.#context.setExpired(false);
  }

  /** Times below a second would keep the server busy with one zone. */
  #times(): Times {
    const { refresh, retry, expire } =
      this.#soa === undefined ? { refresh: 1, retry: 1, expire: 1 } : readSoa(this.#soa.rdata);
    return {
      refresh: Math.max(refresh, 1),
      retry: Math.max(retry, 1),
      expire: Math.max(expire, 1),
    };
  }

  /** Waits, then looks at the primaries; true when the copy is as it should be. */
  async #checkAfter(seconds: number, jitterMs: number, word: string): Promise<boolean> {
    const jitter = this.#context.jitterMs ?? randomBelow;
    await this.#wait(seconds * 1000);
    await this.#wait(jitter(jitterMs));
    if (this.#stopped.signal.aborted) return false;
    return await this.#inTurn(async () => {
      const isNewer = await this.#isNewer();
      if (isNewer instanceof Error) {
        this.#context.fileLog.warning(`Failed ${word} check ${isNewer.message}`);
        return false;
      }
      return !isNewer || (await this.#fetch()) === undefined;
    });
  }

  /** Whether a primary has a newer serial, over TCP against spoofing; the last failure when none answers. */
  async #isNewer(): Promise<boolean | Error> {
    let problem = new Error('no primaries');
    for (const primary of this.#primaries) {
      const reply = await askOnce(
        {
          question: { name: this.origin, type: RRType.SOA, class: RRClass.IN },
          opcode: Opcode.QUERY,
          isAuthoritative: false,
          isRecursionDesired: true,
        },
        {
          address: primary,
          network: 'tcp',
          clock: this.#context.clock,
          timeoutMs: CHECK_TIMEOUT_MS,
          sourceAddress: undefined,
        },
      );
      if (reply instanceof Error) {
        problem = reply;
        continue;
      }
      const soa = reply.answer.find(({ type }) => type === RRType.SOA);
      if (reply.rcode !== Rcode.NOERROR || soa === undefined) {
        problem = new Error(`rcode was ${quote(rcodeName(reply.rcode))}, no SOA`);
        continue;
      }
      if (this.#soa === undefined) return true;
      return isOlderSerial(soaSerial(this.#soa.rdata), soaSerial(soa.rdata));
    }
    return problem;
  }

  /** Fetches the zone from the first primary that gives it. Returns the last failure. */
  async #fetch(): Promise<Error | undefined> {
    const { clock, fileLog } = this.#context;
    const zone = formatName(this.origin);
    let problem: Error | undefined = new Error('no primaries');
    for (const primary of this.#primaries) {
      const place = joinHostPort(primary.host, primary.port);
      const outcome = await fetchZone(this.origin, primary, clock, this.#stopped.signal);
      if (this.#stopped.signal.aborted) return undefined;
      if (outcome.kind === 'failed') {
        problem = outcome.error;
        fileLog.error(
          outcome.isSetup
            ? `Failed to setup transfer \`${zone}' with \`${quote(place)}': ${problem.message}`
            : `Failed to transfer \`${zone}' from ${quote(place)}: ${problem.message}`,
        );
        continue;
      }
      problem = this.#check(outcome.records);
      if (problem !== undefined) {
        const words = `Failed to parse transfer \`${zone}' from: ${quote(place)}`;
        fileLog.error(`${words}: ${problem.message}`);
        continue;
      }
      return await this.#accept(outcome.records, place);
    }
    return problem;
  }

  /** Whether the records can be served (no NSEC3). */
  #check(records: readonly ResourceRecord[]): Error | undefined {
    const zone = new Zone(this.origin);
    for (const record of records) {
      const problem = zone.add(record);
      if (problem !== undefined) return new Error(problem);
    }
    return undefined;
  }

  async #accept(records: readonly ResourceRecord[], place: string): Promise<Error | undefined> {
    const { fileLog } = this.#context;
    const content = records.slice(0, -1);
    const refusal = this.#context.accept(content);
    if (refusal !== undefined) return new Error(refusal);
    this.#soa = content[0];
    fileLog.info(`Transferred: ${formatName(this.origin)} from ${place}`);
    const problem = await this.#context.notify();
    if (problem !== '') fileLog.warning(`Failed sending notifies: ${problem}`);
    return undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Ends early when the copy is given up. */
  #wait(delayMs: number): Promise<void> {
    const { signal } = this.#stopped;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const { clock } = this.#context;
      const done = (): void => {
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = clock.setTimeout(done, delayMs);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
