import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import {
  createEmbeddedSource,
  EmbeddedSource,
  passedOverText,
} from '../../../../src/kubernetes/embedded/embedded-source.ts';
import {
  addressPlan,
  type EmbeddedOptions,
} from '../../../../src/kubernetes/embedded/manifest-loader.ts';
import type { Logger } from '../../../../src/log/logger.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { manifestFolder, serviceYaml } from '../../../support/manifests.ts';

function collectingLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const add = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  const log = {
    debug: add('debug'),
    info: add('info'),
    warning: add('warning'),
    error: add('error'),
    fatal: add('fatal'),
  };
  return { log, lines };
}

/** A source on a fake clock that learns of changes by its poll. */
function sourceOf(paths: string[], options: Partial<EmbeddedOptions> = {}, input = '') {
  const clock = new FakeClock();
  const { log, lines } = collectingLog();
  const source = new EmbeddedSource(
    { ...options, paths },
    { clock, log, watchFolder: () => ({ close: () => undefined }), readStandardInput: () => input },
  );
  onTestFinished(() => source.stop());
  return { source, clock, lines };
}

const serviceNames = (source: EmbeddedSource): string[] =>
  [...source.services.values()].map(({ name }) => name).sort();

test('fills its stores at the start, and is synced from then on', () => {
  const { source } = sourceOf(['-'], {}, serviceYaml('web', 'selector: {app: web}'));
  const events: string[] = [];
  source.services.onChange(({ after, isInitial }) => events.push(`${after?.name} ${isInitial}`));
  source.onSynced(() => events.push('synced'));
  expect([source.isSynced, source.services.size]).toEqual([false, 0]);
  source.start();
  source.onSynced(() => events.push('at once'));
  expect(events).toEqual(['web true', 'kubernetes true', 'kube-dns true', 'synced', 'at once']);
  expect(source.isSynced).toBe(true);
  expect([source.namespaces.size, source.endpointSlices?.size, source.pods?.size]).toEqual([
    2, 2, 2,
  ]);
});

test('has no stores for what the block does not watch', () => {
  const { source } = sourceOf(['-'], { watchesEndpoints: false, watchesPods: false });
  source.start();
  expect([source.endpointSlices, source.pods, source.services.size]).toEqual([
    undefined,
    undefined,
    2,
  ]);
});

test('an edit changes what it says and nothing else', () => {
  const folder = manifestFolder({ 'a.yaml': serviceYaml('a', ''), 'b.yaml': serviceYaml('b', '') });
  const { source, clock, lines } = sourceOf([folder]);
  source.start();
  const changes: string[] = [];
  source.services.onChange(({ before, after }) =>
    changes.push(`${before?.name} -> ${after?.name}`),
  );
  writeFileSync(join(folder, 'c.yaml'), serviceYaml('c', ''));
  clock.advance(1000);
  rmSync(join(folder, 'a.yaml'));
  clock.advance(1000);
  expect(changes).toEqual(['undefined -> c', 'a -> undefined']);
  expect(lines).toEqual([
    'info manifests: reloaded, 5 services',
    'info manifests: reloaded, 4 services',
  ]);
});

test('a bad edit is logged once and the last good state stays, until the next good one', () => {
  const folder = manifestFolder({ 'a.yaml': serviceYaml('a', '') });
  const { source, clock, lines } = sourceOf([folder]);
  source.start();
  writeFileSync(join(folder, 'a.yaml'), 'kind: [\n');
  clock.advance(10_000);
  expect(serviceNames(source)).toEqual(['a', 'kube-dns', 'kubernetes']);
  expect(lines).toEqual([
    expect.stringMatching(
      /^error manifests: .*a\.yaml: document 1, line \d: malformed YAML: .*; the last good state goes on being served$/,
    ),
  ]);
  writeFileSync(join(folder, 'a.yaml'), serviceYaml('b', ''));
  clock.advance(1000);
  expect(serviceNames(source)).toEqual(['b', 'kube-dns', 'kubernetes']);
});

test('a file that goes away is an error like any other', () => {
  const folder = manifestFolder({ 'a.yaml': serviceYaml('a', '') });
  const { source, clock, lines } = sourceOf([join(folder, 'a.yaml')]);
  source.start();
  rmSync(join(folder, 'a.yaml'));
  clock.advance(1000);
  expect(serviceNames(source)).toContain('a');
  expect(lines).toEqual([
    expect.stringContaining(
      'a.yaml: cannot be read: no such file or directory; the last good state',
    ),
  ]);
});

test('manifests that cannot be used end the start', () => {
  const folder = manifestFolder({ 'a.yaml': 'a: b: c\n' });
  expect(() => sourceOf([folder])).toThrow(/a\.yaml: document 1, line 1: malformed YAML/);
  expect(() => sourceOf([join(folder, 'gone')])).toThrow(
    'cannot be read: no such file or directory',
  );
});

test('objects of other kinds are counted in one line, again only when the counts change', () => {
  const map = (name: string): string =>
    `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
  const folder = manifestFolder({
    'a.yaml': `${map('a')}${map('b')}---\napiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: c}\n`,
  });
  const { source, clock, lines } = sourceOf([folder]);
  source.start();
  writeFileSync(join(folder, 'b.yaml'), serviceYaml('b', ''));
  clock.advance(1000);
  writeFileSync(join(folder, 'c.yaml'), map('c'));
  clock.advance(1000);
  expect(lines.filter((line) => line.includes('passed over'))).toEqual([
    'info manifests: passed over 3 objects of other kinds: ConfigMap 2, Ingress 1',
    'info manifests: passed over 4 objects of other kinds: ConfigMap 3, Ingress 1',
  ]);
  expect(passedOverText(new Map([['Job', 1]]))).toBe(
    'manifests: passed over 1 object of other kinds: Job 1',
  );
});

test('a source that does not follow changes sets no timer', () => {
  const clock = new FakeClock();
  const { log } = collectingLog();
  const source = createEmbeddedSource(
    { paths: ['-'] },
    { clock, log, followsChanges: false, readStandardInput: () => '' },
  );
  source.start();
  expect([source.services.size, clock.pendingTimers]).toEqual([2, 0]);
  source.stop();
});

test('the real system shows an edit within a second', { timeout: 10_000 }, async () => {
  const folder = manifestFolder({ 'a.yaml': serviceYaml('a', '') });
  const { log } = collectingLog();
  const source = createEmbeddedSource(
    { paths: [join(folder, 'a.yaml')] },
    { clock: systemClock, log },
  );
  source.start();
  onTestFinished(() => source.stop());
  const changed = Promise.withResolvers<void>();
  source.services.onChange(() => changed.resolve());
  const startMs = performance.now();
  writeFileSync(join(folder, 'a.yaml'), serviceYaml('b', ''));
  await changed.promise;
  expect(performance.now() - startMs).toBeLessThan(1000);
});

test('the defaults are those of kubeadm', () => {
  expect(addressPlan({ paths: [] })).toMatchObject({
    serviceRanges: [{ text: '10.96.0.0/12' }],
    podRanges: [{ text: '10.244.0.0/16' }],
    dnsIps: ['10.96.0.10'],
    apiServerIp: '10.96.0.1',
  });
});
