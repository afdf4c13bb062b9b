// The server command: start, banner, signals, end. Texts and exit codes are CoreDNS's (coremain/run.go, caddy's
// sigtrap_posix.go).

import { unlinkSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { systemClock } from '../base/clock.ts';
import type { LogLayout } from '../log/logger.ts';
import { loadUdpAddon } from '../native/udp-addon.ts';
import { type UdpTransport, udpTransport } from '../transport/udp-transport.ts';
import { type CorefileSource, corefileSource } from './corefile-source.ts';
import { type KnownSignal, onSignal } from './early-signals.ts';
import { readFailure } from './file-reader.ts';
import { setLateFlags } from './late-flags.ts';
import { keepMemory, memoryTools } from './memory-keeper.ts';
import { createProcessServices, type ProcessServices } from './process-services.ts';
import { BUILD_LINE, PRODUCT } from './version.ts';

/** What the command line said. */
export interface ServeOptions {
  /** Value of -conf, '' when absent. */
  readonly conf: string;
  readonly port: string;
  /** '' when absent. */
  readonly pidfile: string;
  readonly isQuiet: boolean;
  readonly logLayout: LogLayout;
}

/**
 * Serving threads may have a larger young generation than the control thread, whose flags are those of the command line: queries
 * to upstreams leave garbage, and collecting it often is dear. It grows only where there is such garbage; MiB.
 */
const SERVING_YOUNG_FLAG = '--max-semi-space-size=8';

/** Starts the server. Resolves when it serves; the process then lives until a signal ends it. */
export async function serve(options: ServeOptions): Promise<void> {
  setFlagsFromString(SERVING_YOUNG_FLAG);
  const source = corefileSource(options.conf);
  const services = createProcessServices({
    corefilePath: source.fileName,
    defaultPort: options.port,
    logLayout: options.logLayout,
    readCorefile: () => source.read(),
  });
  const end = new ProcessEnd(services, options.pidfile);
  try {
    const addon = loadUdpAddon();
    const udp = udpWords(udpTransport(undefined, () => addon));
    if (!options.isQuiet) services.print(`maxprocs: 1 thread for control, UDP ${udp}`);
    await start(source, services, options);
    services.observePauses();
    setLateFlags(systemClock);
    keepMemory(memoryTools(typeof addon === 'string' ? undefined : addon), systemClock);
  } catch (error) {
    end.fail(error instanceof Error ? error.message : String(error));
  }
  onSignal((signal) => end.handle(signal));
}

function udpWords({ name, reason }: UdpTransport): string {
  if (name === 'batch') return 'in batches';
  return reason === undefined ? 'by node:dgram' : `by node:dgram, because ${reason}`;
}

async function start(
  source: CorefileSource,
  services: ProcessServices,
  options: ServeOptions,
): Promise<void> {
  const { supervisor, log, print } = services;
  const banner = await supervisor.start(readFirst(source));
  if (!options.isQuiet) for (const line of banner) print(line);
  if (options.pidfile !== '') writePidfile(options.pidfile, log);
  await supervisor.afterStart();
  if (!options.isQuiet) {
    print(PRODUCT);
    print(BUILD_LINE);
  }
  if (supervisor.hasListeners) return;
  services.flush();
  process.exit(0);
}

function readFirst(source: CorefileSource): ReturnType<CorefileSource['read']> {
  try {
    return source.read();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`loading Caddyfile via flag: ${text}`);
  }
}

function writePidfile(path: string, log: ProcessServices['log']): void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    log.error(`Could not write pidfile: ${readFailure(path, error)}`);
  }
}

/** Ends the process in order, once. */
class ProcessEnd {
  readonly #services: ProcessServices;
  readonly #pidfile: string;
  #isEnding = false;
  #interrupts = 0;

  constructor(services: ProcessServices, pidfile: string) {
    this.#services = services;
    this.#pidfile = pidfile;
  }

  /** A start that failed: the text alone on standard error, exit code 1. */
  fail(text: string): never {
    this.#services.flush();
    process.stderr.write(`${text}\n`);
    process.exit(1);
  }

  handle(signal: KnownSignal): void {
    const { log, supervisor } = this.#services;
    switch (signal) {
      case 'SIGUSR1':
        if (this.#isEnding) break;
        log.info('SIGUSR1: Reloading');
        void supervisor.reload('SIGUSR1');
        break;
      case 'SIGUSR2':
        log.error('SIGUSR2: binary upgrade is not supported');
        break;
      case 'SIGHUP':
        break;
      case 'SIGQUIT':
        log.info('SIGQUIT: Quitting process immediately');
        this.#exit(0);
        break;
      case 'SIGINT':
        this.#interrupt();
        break;
      case 'SIGTERM':
        this.#terminate();
        break;
    }
  }

  #interrupt(): void {
    const { log, supervisor } = this.#services;
    this.#interrupts += 1;
    if (this.#interrupts > 1) {
      log.info('SIGINT: Force quit');
      this.#exit(2);
    }
    log.info('SIGINT: Shutting down');
    if (this.#isEnding) return;
    this.#isEnding = true;
    void supervisor
      .finalShutdown()
      .then((failures) => this.#exit(this.#exitCode('SIGINT', failures)));
  }

  #terminate(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const { log, supervisor } = this.#services;
    log.info('SIGTERM: Shutting down servers then terminating');
    void supervisor.finalShutdown().then(async (failures) => {
      const code = this.#exitCode('SIGTERM', failures);
      await supervisor.stop();
      this.#exit(code);
    });
  }

  /** 4 when a hook failed (caddy's executeShutdownCallbacks). */
  #exitCode(signal: KnownSignal, failures: readonly string[]): number {
    for (const failure of failures) this.#services.log.error(`${signal} shutdown: ${failure}`);
    return failures.length === 0 ? 0 : 4;
  }

  #exit(code: number): never {
    this.#services.flush();
    if (this.#pidfile !== '') removeQuietly(this.#pidfile);
    process.exit(code);
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // somebody else removed it, or it was never written
  }
}
