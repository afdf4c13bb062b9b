// What the prometheus handler counts.
import { expect, test } from 'vitest';
import { parseName, ROOT } from '../../../../src/dns/name.ts';
import { DirectExchange } from '../../../../src/plugin/direct.ts';
import { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../../../src/plugin/handler.ts';
import { prometheusServing } from '../../../../src/plugins/prometheus/prometheus.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { queryPacket } from '../../../support/dns-client.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

class Fixture {
  readonly clock = new FakeClock();
  readonly bench = new ControlBench();
  readonly #zones: readonly string[];
  /** What stands for plugin auto. */
  auto: Handler | undefined = undefined;

  constructor(...zones: readonly string[]) {
    this.#zones = zones;
  }

  ask(serve: Handler['serve'], query: AskedQuery | Exchange): Later<Outcome> {
    const handler = this.#handler(serve);
    const exchange = 'reply' in query ? query : exchangeFor(query);
    exchange.server = 'dns://:53';
    return handler.serve(exchange);
  }

  /** Counts a query for A of the short path. */
  countDirect(name: string): void {
    const direct = new DirectExchange();
    const packet = queryPacket(name, 'A');
    direct.read(packet, 0, packet.length);
    direct.server = 'dns://:53';
    const role = this.#handler(() => 0).directRole;
    if (role?.kind === 'count') role.count(direct);
  }

  #handler(serve: Handler['serve']): Handler {
    const context = {
      clock: this.clock,
      metrics: this.bench.writer,
      zones: this.#zones.map((zone) => parseName(zone) ?? ROOT),
      handler: () => this.auto,
    };
    const handler = prometheusServing.create({}, { name: 'errors', serve }, context as never);
    expect(handler.name).toBe('prometheus');
    return handler;
  }

  async lines(pattern: RegExp): Promise<string[]> {
    const text = await this.bench.registry.expose();
    return text.split('\n').filter((line) => pattern.test(line) && !line.includes('_bucket'));
  }
}

const written =
  (rcode: number, outcome = rcode): Handler['serve'] =>
  ({ reply }) => {
    reply.write(rcode);
    return outcome;
  };

test('counts a written reply under the name of the next handler', async () => {
  const fixture = new Fixture('.');
  const query = { name: 'x.Example.org.', edns: { bufsize: 1232, do: true } };
  const outcome = fixture.ask((exchange) => {
    fixture.clock.advance(1.5);
    return written(3)(exchange);
  }, query);
  expect(outcome).toBe(3);
  expect(await fixture.lines(/^coredns_dns_/)).toEqual([
    'coredns_dns_do_requests_total{server="dns://:53",view="",zone="."} 1',
    'coredns_dns_request_duration_seconds_sum{server="dns://:53",view="",zone="."} 0.0015',
    'coredns_dns_request_duration_seconds_count{server="dns://:53",view="",zone="."} 1',
    'coredns_dns_request_size_bytes_sum{proto="udp",server="dns://:53",view="",zone="."} 31',
    'coredns_dns_request_size_bytes_count{proto="udp",server="dns://:53",view="",zone="."} 1',
    'coredns_dns_requests_total{family="1",proto="udp",server="dns://:53",type="A",view="",zone="."} 1',
    'coredns_dns_response_size_bytes_sum{proto="udp",server="dns://:53",view="",zone="."} 31',
    'coredns_dns_response_size_bytes_count{proto="udp",server="dns://:53",view="",zone="."} 1',
    'coredns_dns_responses_total{plugin="errors",rcode="NXDOMAIN",server="dns://:53",view="",zone="."} 1',
  ]);
});

const outcomes: readonly [string, Handler['serve'], string, string, string][] = [
  ['an error left to the server', () => 2, '', 'SERVFAIL', '0'],
  ['silence', () => 0, '', 'NOERROR', '0'],
  ['a silent outcome that is no error', () => 3, '', 'NOERROR', '0'],
  ['a written error', written(5), 'errors', 'REFUSED', '24'],
  ['a written error with outcome 0', written(2, 0), 'errors', 'SERVFAIL', '24'],
  ['a late reply', (exchange) => Promise.resolve(written(0)(exchange)), 'errors', 'NOERROR', '24'],
];
test.each(outcomes)('%s', async (_about, serve, plugin, rcode, size) => {
  const fixture = new Fixture('.');
  await fixture.ask(serve, { name: 'a.test.', transport: 'tcp' });
  expect(await fixture.lines(/^coredns_dns_(responses_total|response_size_bytes_sum)/)).toEqual([
    `coredns_dns_response_size_bytes_sum{proto="tcp",server="dns://:53",view="",zone="."} ${size}`,
    `coredns_dns_responses_total{plugin="${plugin}",rcode="${rcode}",server="dns://:53",view="",zone="."} 1`,
  ]);
});

test('the zone is the longest of the block that holds the name as asked', async () => {
  const fixture = new Fixture('example.org.', 'sub.example.org.', 'net.');
  for (const name of [
    'a.sub.example.org.',
    'SUB.example.org.',
    'a.example.org.',
    'a.net.',
    'com.',
  ]) {
    await fixture.ask(
      (exchange) => {
        exchange.name = ROOT;
        return written(0)(exchange);
      },
      { name },
    );
  }
  const lines = await fixture.lines(/^coredns_dns_requests_total/);
  expect(lines.map((line) => line.replace(/^.*zone="(.*)"\} (\d)$/, '$1 $2'))).toEqual([
    '. 1',
    'example.org. 1',
    'net. 1',
    'sub.example.org. 2',
  ]);
});

test('IPv6 clients are family 2', async () => {
  const fixture = new Fixture('.');
  const made = exchangeFor({ name: 'a.test.' });
  const client = { ...made.client, address: '2001:db8::1' };
  const exchange = new Exchange(made as never, made.name, client, 0);
  exchange.view = 'inside';
  await fixture.ask(written(0), exchange);
  expect(await fixture.lines(/^coredns_dns_requests_total/)).toEqual([
    'coredns_dns_requests_total{family="2",proto="udp",server="dns://:53",type="A",view="inside",zone="."} 1',
  ]);
});

test.each([
  ['.', 'a.test.', 'a.test.'],
  ['x.a.test.', 'a.test.', 'x.a.test.'],
  ['other.', 'a.test.', 'a.test.'],
  ['test.', undefined, 'test.'],
])('block %s with the file zone %s counts as %s', async (zone, changing, label) => {
  const fixture = new Fixture(zone);
  fixture.auto = {
    name: 'auto',
    serve: () => 0,
    labelledZone: () => changing && { zone: parseName(changing), label: changing },
  } as never;
  await fixture.ask(written(0), { name: 'x.a.test.' });
  fixture.countDirect('X.a.test.');
  const [line] = await fixture.lines(/^coredns_dns_requests_total/);
  expect(line).toMatch(new RegExp(`zone="${label}"} 2$`));
});
