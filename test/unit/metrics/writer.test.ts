import { expect, test } from 'vitest';
import type { MetricDefinition } from '../../../src/metrics/definition.ts';
import {
  createMetricSlots,
  MetricsWriter,
  type SeriesAnnouncement,
} from '../../../src/metrics/writer.ts';

const COUNTER: MetricDefinition = {
  name: 'c_total',
  help: 'C.',
  type: 'counter',
  labels: ['zone'],
};
const GAUGE: MetricDefinition = { name: 'g', help: 'G.', type: 'gauge', labels: ['zone'] };
const HISTOGRAM: MetricDefinition = {
  name: 'h',
  help: 'H.',
  type: 'histogram',
  labels: [],
  buckets: [1, 5],
};

function writerOf(slots: SharedArrayBuffer): {
  writer: MetricsWriter;
  announced: SeriesAnnouncement[];
  faults: string[];
} {
  const announced: SeriesAnnouncement[] = [];
  const faults: string[] = [];
  const writer = new MetricsWriter(
    slots,
    (series) => announced.push(series),
    (fault) => faults.push(fault.code),
  );
  return { writer, announced, faults };
}

test('announces a series once, as plain data, and gives the same slots again', () => {
  const slots = createMetricSlots();
  const { writer, announced } = writerOf(slots);
  const labels = ['.'];
  writer.counter(COUNTER, labels).add();
  writer.counter(COUNTER, ['.']).add(4);
  writer.counter(COUNTER, ['a.']).add();
  labels[0] = 'changed';
  expect(structuredClone(announced)).toEqual([
    { definition: COUNTER, labels: ['.'], slotIndex: 2 },
    { definition: COUNTER, labels: ['a.'], slotIndex: 3 },
  ]);
  expect([...new Float64Array(slots, 16, 2)]).toEqual([5, 1]);
});

test.each([
  ['at or below the first bound', 1, [1, 0, 0, 1]],
  ['between bounds', 1.5, [0, 1, 0, 1.5]],
  ['above all bounds', 7, [0, 0, 1, 7]],
])('a histogram counts a value %s', (_, value, slotsAfter) => {
  const slots = createMetricSlots(16);
  writerOf(slots).writer.histogram(HISTOGRAM, []).observe(value);
  expect([...new Float64Array(slots, 16, 4)]).toEqual(slotsAfter);
});

test('a histogram without buckets has only the last one', () => {
  const slots = createMetricSlots(16);
  const { buckets: _, ...plain } = HISTOGRAM;
  writerOf(slots).writer.histogram(plain, []).observe(3);
  expect([...new Float64Array(slots, 16, 2)]).toEqual([1, 3]);
});

test('a gauge is absent until it is set, and after it was removed', () => {
  const slots = createMetricSlots(16);
  const { writer } = writerOf(slots);
  const view = new Float64Array(slots);
  const gauge = writer.gauge(GAUGE, ['.']);
  expect(view[2]).toBeNaN();
  gauge.set(0);
  expect(view[2]).toBe(0);
  gauge.remove();
  expect(view[2]).toBeNaN();
});

test('removes all series of a gauge and no others', () => {
  const slots = createMetricSlots(16);
  const { writer } = writerOf(slots);
  writer.gauge(GAUGE, ['a.']).set(1);
  writer.gauge(GAUGE, ['b.']).set(1);
  writer.counter(COUNTER, ['a.']).add();
  writer.removeAll(GAUGE);
  writer.removeAll(HISTOGRAM);
  expect([...new Float64Array(slots, 16, 3)]).toEqual([Number.NaN, Number.NaN, 1]);
});

test('a successor on the same slots writes behind what is there', () => {
  const slots = createMetricSlots(16);
  writerOf(slots).writer.counter(COUNTER, ['.']).add(7);
  const { writer, announced } = writerOf(slots);
  writer.counter(COUNTER, ['.']).add();
  expect(announced[0]?.slotIndex).toBe(3);
  expect([...new Float64Array(slots, 16, 2)]).toEqual([7, 1]);
});

test('series that find no slot work, are not announced, and are reported', () => {
  const { writer, announced, faults } = writerOf(createMetricSlots(4));
  writer.counter(COUNTER, ['a.']);
  writer.histogram(HISTOGRAM, []).observe(1);
  writer.gauge(GAUGE, ['a.']).set(1);
  writer.counter(COUNTER, ['b.']).add();
  expect(announced).toHaveLength(2);
  expect(faults).toEqual(['METRIC_SLOTS_FULL', 'METRIC_SLOTS_FULL']);
  writer.gauge(GAUGE, ['b.']).set(1);
  expect(faults).toHaveLength(3);
});

test('a writer may do without anyone to report to', () => {
  const writer = new MetricsWriter(createMetricSlots(2), () => {});
  expect(() => writer.counter(COUNTER, ['.']).add()).not.toThrow();
});
