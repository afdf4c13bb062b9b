// One scenario from start to end: the API stand-in, the stub upstreams and the server are started, the cases asked in
// order between the steps, and everything is stopped.

import { COLLECTIONS, FakeApiServer } from '../support/fake-api-server.ts';
import { StubUpstream } from '../support/stub-upstream.ts';
import { Asker, delay } from './asker.ts';
import type {
  GoldenCase,
  GoldenObject,
  GoldenScenario,
  GoldenStep,
  Observation,
} from './corpus.ts';
import { observeHttp } from './http-case.ts';
import { patiently } from './patience.ts';
import { Placeholders } from './placeholders.ts';
import { maskedOutput, ServerFolder, ServerRun } from './server-run.ts';
import { UpstreamZones } from './upstream-zones.ts';

const START_SECONDS = 15;
/** Several watches carry one step. */
const WATCH_SECONDS = 0.15;
const LOG_SECONDS = 0.15;

/** What each case showed, by its id. */
export type Observed = ReadonlyMap<string, Observation>;

/** Runs a scenario; rejects with the server's output when it does not come up. */
export async function runScenario(scenario: GoldenScenario): Promise<Observed> {
  const run = new ScenarioRun(scenario);
  try {
    await run.start();
    return await run.askAll();
  } finally {
    await run.stop();
  }
}

class ScenarioRun {
  readonly #scenario: GoldenScenario;
  readonly #placeholders = new Placeholders();
  readonly #asker = new Asker(this.#placeholders);
  readonly #folder = new ServerFolder();
  readonly #stubs: StubUpstream[] = [];
  readonly #zones: UpstreamZones[] = [];
  #api: FakeApiServer | undefined;
  #server: ServerRun | undefined;
  /** How much of the output the log cases have read. */
  #logRead = 0;

  constructor(scenario: GoldenScenario) {
    this.#scenario = scenario;
  }

  async start(): Promise<void> {
    const { texts, scenario } = this.#scenario;
    this.#placeholders.set('DIR', this.#folder.path);
    await this.#placeholders.givePorts(this.#scenario);
    await this.#startUpstreams();
    if ((texts['Corefile'] ?? '').includes('{API}')) await this.#startApi();
    for (const [name, text] of Object.entries(texts)) {
      if (!/^upstream\d?\.zone$/.test(name)) {
        this.#folder.write(name, this.#placeholders.fill(text));
      }
    }
    this.#server = new ServerRun(this.#folder, {
      args: ['-conf', `${this.#folder.path}/Corefile`],
      env: this.#placeholders.fillAll(scenario.env ?? {}),
    });
    await this.#comesUp(this.#server);
    if (scenario.wait !== undefined) await this.#asker.waits(scenario.wait);
  }

  async askAll(): Promise<Observed> {
    const { steps, cases } = this.#scenario;
    const observed = new Map<string, Observation>();
    for (const step of [undefined, ...steps]) {
      if (step !== undefined) await this.#take(step);
      for (const golden of cases.filter((each) => each.step === step?.name)) {
        observed.set(golden.id, await this.#ask(golden));
      }
    }
    return observed;
  }

  async stop(): Promise<void> {
    await this.#server?.kill();
    await this.#api?.close();
    await Promise.all(this.#stubs.map((stub) => stub.stop()));
    this.#folder.remove();
  }

  async #startUpstreams(): Promise<void> {
    const { texts, scenario } = this.#scenario;
    const corefile = texts['Corefile'] ?? '';
    const numbers = [...corefile.matchAll(/\{UPSTREAM(\d?)\}/g)].map(([, n]) => Number(n || 1));
    const count = Math.max(0, scenario.upstreams ?? 0, ...numbers);
    for (let n = 1; n <= count; n++) {
      const suffix = n === 1 ? '' : String(n);
      const text = texts[`upstream${suffix}.zone`] ?? texts['upstream.zone'] ?? '';
      const zones = new UpstreamZones(String(n), text);
      const stub = await new StubUpstream((query, network) => zones.answer(query, network)).start();
      this.#zones.push(zones);
      this.#stubs.push(stub);
      this.#placeholders.set(`UPSTREAM${suffix}`, `127.0.0.1:${stub.port}`);
      this.#placeholders.set(`UPSTREAMPORT${suffix}`, String(stub.port));
    }
  }

  async #startApi(): Promise<void> {
    this.#api = new FakeApiServer();
    await this.#api.listen();
    this.#placeholders.set('API', this.#api.url);
    this.#put(this.#scenario.objects?.items ?? []);
  }

  async #comesUp(server: ServerRun): Promise<void> {
    const { probe, start_timeout: seconds = START_SECONDS } = this.#scenario.scenario;
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until && server.exit === null) {
      if (await this.#asker.isUp(probe)) return;
      await delay(0.02);
    }
    const reason = server.exit === null ? 'is not ready' : `ended with ${server.exit}`;
    throw new Error(`the server ${reason}:\n${this.#folder.read('.out').slice(-1500)}`);
  }

  async #take(step: GoldenStep): Promise<void> {
    this.#put(step.put ?? []);
    for (const { res, key } of step.del ?? []) {
      const [namespace = '', name = ''] = key.split('/');
      this.#api?.delete(collection(res), namespace, name);
    }
    for (const [name, text] of Object.entries(step.files ?? {})) {
      if (text === null) this.#folder.delete(name);
      else this.#folder.write(name, this.#placeholders.fill(text));
    }
    if (step.put !== undefined || step.del !== undefined) await delay(WATCH_SECONDS);
    if (step.signal !== undefined) this.#server?.signal(step.signal);
    if (step.sleep !== undefined) await delay(step.sleep);
    if (step.wait !== undefined && !(await this.#asker.waits(step.wait))) {
      console.log(`${this.#scenario.name}: step ${step.name} did not come true`);
    }
  }

  #put(objects: readonly GoldenObject[]): void {
    for (const object of this.#placeholders.fillAll(objects)) {
      this.#api?.put(collectionOf(object), object);
    }
  }

  async #ask(golden: GoldenCase): Promise<Observation> {
    if (golden.sleep !== undefined) await delay(golden.sleep);
    if (golden.query) {
      return this.#asker.query(golden.query, golden, golden.answer['none'] === true);
    }
    if (golden.raw) return this.#asker.raw(golden.raw, golden, golden.answer['none'] === true);
    if (golden.http) return observeHttp(golden.http, this.#placeholders);
    if (golden.log) return this.#log(golden, golden.log);
    if (golden.process) return this.#process(golden, golden.process);
    if (golden.upstream) {
      const { name, type, n = 1 } = golden.upstream;
      return { count: this.#zones[n - 1]?.count(name, type) };
    }
    throw new Error(`case ${golden.id} is of no known kind`);
  }

  /** A line may be late on a busy machine: what is missing is waited for a little longer. */
  async #log(golden: GoldenCase, log: NonNullable<GoldenCase['log']>): Promise<Observation> {
    await delay(log.sleep ?? LOG_SECONDS);
    const observed = await patiently(golden, () => this.#printedLines(log));
    this.#logRead = this.#folder.read('.out').length;
    return observed;
  }

  #printedLines(log: NonNullable<GoldenCase['log']>): Observation {
    const pattern = new RegExp(log.grep ?? '');
    const lines = this.#folder
      .read('.out')
      .slice(this.#logRead)
      .split('\n')
      .filter((line) => line !== '' && pattern.test(line))
      .map((line) => this.#placeholders.restore(maskedOutput(line, log.mask)));
    return { lines: log.sort ? lines.toSorted() : lines };
  }

  async #process(
    golden: GoldenCase,
    { signal, wait = 0.5 }: NonNullable<GoldenCase['process']>,
  ): Promise<Observation> {
    if (signal !== undefined) this.#server?.signal(signal);
    await this.#server?.ends(wait);
    return patiently(golden, () => ({ exit: this.#server?.exit }));
  }
}

/** The URL path of `discovery.k8s.io/v1/endpointslices`. */
function collection(resource: string): string {
  return resource.startsWith('v1/') ? `/api/${resource}` : `/apis/${resource}`;
}

function collectionOf({ apiVersion, kind }: GoldenObject): string {
  const plural = kind === 'Endpoints' ? 'endpoints' : `${kind.toLowerCase()}s`;
  const path = collection(`${apiVersion}/${plural}`);
  const known: readonly string[] = Object.values(COLLECTIONS);
  if (!known.includes(path)) throw new Error(`no collection for ${apiVersion} ${kind}`);
  return path;
}
