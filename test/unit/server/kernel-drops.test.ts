// Datagrams that the kernel dropped, as a metric.

import { expect, test } from 'vitest';
import { KernelDrops } from '../../../src/server/kernel-drops.ts';
import { ThreadBench } from '../../support/serving-bench.ts';

const METRIC = 'nodens_udp_kernel_drops_total';

test('adds what came since the last look', () => {
  const bench = new ThreadBench();
  const drops = new KernelDrops(bench.metrics, 'dns://:53');
  drops.note(0);
  expect(bench.counts(METRIC)).toEqual({ 'dns://:53': 0 });
  for (const total of [3, 3, 10]) drops.note(total);
  expect(bench.counts(METRIC)).toEqual({ 'dns://:53': 10 });
});

test('has no series where the kernel does not say', () => {
  const bench = new ThreadBench();
  new KernelDrops(bench.metrics, 'dns://:53').note(undefined);
  expect(bench.counts(METRIC)).toEqual({});
});

test('goes on when the kernel’s 32 bits are used up', () => {
  const bench = new ThreadBench();
  const drops = new KernelDrops(bench.metrics, 'dns://:53');
  drops.note(0xffff_fffe);
  drops.note(3);
  expect(bench.counts(METRIC)).toEqual({ 'dns://:53': 0xffff_fffe + 5 });
});

test('a new socket of the same listener goes on with the same series', () => {
  const bench = new ThreadBench();
  new KernelDrops(bench.metrics, 'dns://:53').note(4);
  new KernelDrops(bench.metrics, 'dns://:53').note(2);
  expect(bench.counts(METRIC)).toEqual({ 'dns://:53': 6 });
});
