// File names to zones, with Go's expansion of templates.
import { expect, test } from 'vitest';
import { FilePattern } from '../../../../src/plugins/auto/file-pattern.ts';

test.each([
  ['db.example.org', 'example.org'],
  ['old.db.example.org', 'example.org'],
  ['db.', undefined],
  ['example.org', undefined],
])('by default %s holds %s', (file, zone) => {
  expect(new FilePattern().zoneOf(file)).toBe(zone);
});

test.each([
  ['(.*)\\.zone', '{1}', 'a.test.zone', 'a.test'],
  ['(.*)\\.zone', '{1}.test', 'a.zone', 'a.test'],
  ['(?P<host>.*)-(.*)', '{2}.{host}', 'a-b', 'b.a'],
  ['(.*)\\.zone', '$1', 'a.zone', 'a'],
  ['(.*)\\.zone', '$1x', 'a.zone', undefined],
  ['(.*)\\.zone', '{9}', 'a.zone', undefined],
  ['(.*)\\.zone', '{nobody}', 'a.zone', undefined],
  ['(a)?(.*)\\.zone', 'x{1}', 'b.zone', 'x'],
  ['(.*)\\.zone', 'a$$b', 'x.zone', 'a$b'],
  ['(.*)\\.zone', 'a$-b', 'x.zone', 'a$-b'],
])('%s with %s: %s holds %s', (pattern, template, file, zone) => {
  expect(new FilePattern(pattern, template).zoneOf(file)).toBe(zone);
});
