// Plugin secondary with both halves joined, a primary on 127.0.0.1 that gives what a test puts into it, and a fake clock.
import { Dispenser } from '../../src/corefile/dispenser.ts';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { RRType } from '../../src/dns/codes/rr-type.ts';
import type { Message } from '../../src/dns/message.ts';
import { formatName } from '../../src/dns/name.ts';
import { type ResourceRecord, recordText } from '../../src/dns/record.ts';
import type { Handler } from '../../src/plugin/handler.ts';
import { EndOfChain } from '../../src/plugin/next.ts';
import type { SecondaryOptions } from '../../src/plugins/secondary/options.ts';
import { SecondaryHandler } from '../../src/plugins/secondary/secondary.ts';
import { secondaryControl } from '../../src/plugins/secondary/setup.ts';
import { exchangeFor, PluginBench } from './chain-doubles.ts';
import { DnsResponder } from './dns-responder.ts';
import { FakeClock } from './fake-clock.ts';
import { record } from './record-lines.ts';

/** The directive of most tests. */
export const PLAIN = 'secondary zone.test {\ntransfer from 127.0.0.1:PORT\n}';

/** Refresh and retry of the primary's zones in milliseconds, and the longest jitter of each. */
export const REFRESH_MS = 100_000;
export const REFRESH_JITTER_MS = 5000;
export const RETRY_JITTER_MS = 2000;

/** Records of zone.test; it expires after 1000 seconds. */
export function zoneRecords(serial: number, ...lines: readonly string[]): ResourceRecord[] {
  return [`zone.test. 60 IN SOA a. b. ${serial} 100 100 1000 5`, ...lines].map(record);
}

/** A server that copies from a primary. */
export class SecondaryBench {
  readonly clock: FakeClock = new FakeClock();
  readonly plugins: PluginBench = new PluginBench(this.clock);
  readonly primary: DnsResponder;
  /** What the primary holds, by zone; all else is refused. */
  readonly zones: Map<string, ResourceRecord[]>;

  private constructor(primary: DnsResponder) {
    this.primary = primary;
    this.zones = new Map([['zone.test.', zoneRecords(1, 'w.zone.test. 60 IN A 10.0.0.1')]]);
    primary.respond = (query) => this.#respond(query);
  }

  static async open(): Promise<SecondaryBench> {
    return new SecondaryBench(await DnsResponder.open(() => []));
  }

  async close(): Promise<void> {
    await this.plugins.run('shutdown');
    await this.primary.close();
  }

  /** Lines of the log so far. */
  get lines(): readonly string[] {
    return this.plugins.log.lines;
  }

  /** Sets a directive up, makes the handler and begins to fetch; PORT is the primary's. */
  async load(
    lines: string,
    next: Handler = new EndOfChain('secondary'),
  ): Promise<SecondaryHandler> {
    const text = lines.replaceAll('PORT', String(this.primary.port));
    const tokens = text.split('\n').flatMap((row, line) =>
      row
        .trim()
        .split(/\s+/)
        .map((word) => ({ text: word, file: 'Corefile', line })),
    );
    const dispenser = new Dispenser('Corefile', tokens);
    const [options] = await secondaryControl.setup(dispenser, this.plugins.block(['.']));
    await this.plugins.run('started');
    return new SecondaryHandler(options as SecondaryOptions, next, this.plugins.context());
  }

  /** Waits for socket work: until the log holds so many lines with the text. */
  async logged(text: string, count = 1): Promise<void> {
    const isThere = (): boolean => this.lines.filter((line) => line.includes(text)).length >= count;
    await this.until(isThere, () => `never logged: ${text}; ${this.lines.join(' | ')}`);
  }

  async until(isDone: () => boolean, complaint: () => string): Promise<void> {
    for (let turn = 0; turn < 50_000; turn++) {
      if (isDone()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(complaint());
  }

  /** Lets a wait of the copy pass, when nothing is under way: sockets have shorter times. */
  async pass(waitMs: number, jitterMs: number): Promise<void> {
    const isIdle = (): boolean => (this.clock.nextDueInMs ?? 0) > REFRESH_JITTER_MS;
    await this.until(isIdle, () => `never idle: ${this.clock.nextDueInMs}`);
    this.clock.advance(waitMs);
    await new Promise((resolve) => setImmediate(resolve));
    this.clock.advance(jitterMs);
  }

  #respond({ questions }: Message): Partial<Message>[] {
    const [question] = questions;
    const records = question && this.zones.get(formatName(question.name));
    if (question === undefined || records === undefined) return [{ rcode: Rcode.REFUSED }];
    const soa = records.slice(0, 1);
    if (question.type === RRType.SOA) return [{ answer: soa }];
    // Each record in a message of its own.
    return [...records, ...soa].map((each) => ({ answer: [each] }));
  }
}

/** The answer in words: records, `rcode N`, or `unwritten N`. */
export async function ask(
  handler: Handler,
  asked = 'w.zone.test.',
  type = 'A',
  opcode = 0,
): Promise<string> {
  const exchange = exchangeFor({ name: asked, type, opcode });
  const outcome = await handler.serve(exchange);
  if (!exchange.reply.isWritten) return `unwritten ${outcome}`;
  return exchange.reply.answer.map(recordText).join() || `rcode ${exchange.reply.rcode}`;
}
