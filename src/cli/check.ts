// `nodens check -conf FILE`: loads a Corefile as the server would, opens nothing, and lists everything that would
// not work. For operators, before the swap.

import { systemClock } from '../base/clock.ts';
import { ControlLogger } from '../log/control-logger.ts';
import { LineOutput } from '../log/line-output.ts';
import { MetricsRegistry } from '../metrics/registry.ts';
import { createMetricSlots, MetricsWriter } from '../metrics/writer.ts';
import { CONTROL_REGISTRY, DIRECTIVES } from '../plugins/registry-control.ts';
import { loadCorefile, unsupportedScheme } from '../server/corefile-loader.ts';
import { listProblems } from '../server/instance.ts';
import { QuestionDesk } from '../server/question-desk.ts';
import { corefileSource } from './corefile-source.ts';
import { loaderContext } from './process-services.ts';
import { PRODUCT } from './version.ts';

/** What the command line said. */
export interface CheckOptions {
  readonly conf: string;
  readonly port: string;
}

/** All problems of a Corefile, one text each; [] when the server would start with it. */
export async function checkCorefile(
  options: CheckOptions,
  warn: (text: string) => void,
): Promise<string[]> {
  const source = corefileSource(options.conf);
  try {
    const blocks = loadCorefile(source.read(), loaderContext(options.port, warn));
    const scheme = unsupportedScheme(blocks);
    const services = {
      log: new ControlLogger(new LineOutput((bytes) => bytes.length, systemClock)),
      clock: systemClock,
      metrics: new MetricsRegistry(),
      controlMetrics: new MetricsWriter(createMetricSlots(4096), () => undefined),
      registry: CONTROL_REGISTRY,
      directives: DIRECTIVES,
      corefilePath: source.fileName,
      product: PRODUCT,
      configuration: { loadedHash: () => '', currentHash: () => '', reload: async () => false },
      publish: () => undefined,
      threadsAnswer: () => true,
      desk: new QuestionDesk(),
    };
    const problems = await listProblems(blocks, services);
    return scheme === undefined || problems.includes(scheme.message)
      ? problems
      : [scheme.message, ...problems];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Prints the outcome; resolves to the exit code, 0 or 1. */
export async function check(options: CheckOptions, print: (line: string) => void): Promise<number> {
  const problems = await checkCorefile(options, (text) => print(`[WARNING] ${text}`));
  for (const problem of problems) print(problem);
  print(problems.length === 0 ? 'Corefile is fine' : `${problems.length} problem(s)`);
  return problems.length === 0 ? 0 : 1;
}
