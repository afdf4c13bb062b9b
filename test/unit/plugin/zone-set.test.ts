// Zones that come and go, from the control half to a serving thread.
import { expect, test } from 'vitest';
import { formatName } from '../../../src/dns/name.ts';
import { hasZoneLabels } from '../../../src/plugin/zone-labels.ts';
import { ZoneSet, ZoneSetPublisher } from '../../../src/plugin/zone-set.ts';
import { isZoneSource } from '../../../src/plugin/zone-source.ts';
import { PluginBench } from '../../support/chain-doubles.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { name, record } from '../../support/record-lines.ts';

const RECORDS = ['a.test. 60 IN SOA a. b. 7 2 3 4 5', 'w.a.test. 60 IN A 10.0.0.1'].map(record);

function joined(): { publisher: ZoneSetPublisher; zones: ZoneSet } {
  const bench = new PluginBench(new FakeClock());
  const publisher = new ZoneSetPublisher('auto', bench.block([]).instance);
  return { publisher, zones: new ZoneSet(publisher.channel, bench.context()) };
}

test('the longest origin counts', () => {
  const { publisher, zones } = joined();
  publisher.set(name('test.'), RECORDS);
  publisher.set(name('a.test.'), RECORDS);
  expect(zones.match(name('w.a.test.'))).toBeUndefined();
  publisher.publish();
  const origin = (text: string): string | undefined => {
    const served = zones.match(name(text));
    return served && formatName(served.zone.origin);
  };
  expect(origin('w.a.test.')).toBe('a.test.');
  expect(origin('a.test.')).toBe('a.test.');
  expect(origin('xa.test.')).toBe('test.');
  expect(origin('other.')).toBeUndefined();
  expect(zones.get(name('w.a.test.'))).toBeUndefined();
  publisher.delete(name('a.test.'));
  publisher.publish();
  expect(origin('w.a.test.')).toBe('test.');
  publisher.set(name('.'), RECORDS);
  publisher.publish();
  expect(origin('other.')).toBe('.');
});

test('a zone is made once a version', () => {
  const { publisher, zones } = joined();
  publisher.set(name('a.test.'), undefined, ['10.0.0.1']);
  publisher.publish();
  expect(zones.get(name('a.test.'))).toMatchObject({ primaries: ['10.0.0.1'], label: 'a.test.' });
  expect(zones.get(name('a.test.'))?.zone.isLoaded).toBe(false);
  publisher.set(name('a.test.'), RECORDS);
  publisher.publish();
  const first = zones.get(name('a.test.'));
  expect(first?.zone.serial).toBe(7);
  publisher.change(name('a.test.'), { isExpired: true });
  publisher.change(name('none.test.'), { isExpired: true });
  publisher.publish();
  const expired = zones.get(name('a.test.'));
  expect(expired?.isExpired).toBe(true);
  expect(expired?.zone).toBe(first?.zone);
  expect(zones.get(name('none.test.'))).toBeUndefined();
});

test('handlers without zones are told apart', () => {
  const handler = { name: 'x', serve: (): number => 0 };
  expect(isZoneSource(handler)).toBe(false);
  expect(hasZoneLabels(handler)).toBe(false);
  expect(hasZoneLabels(undefined)).toBe(false);
});
