// Packs recorded answers (the golden scenarios beside a working copy) into test/golden/corpus, one text file a
// scenario group: `node scripts/pack-golden.mjs ../shared/golden`. Lossless; test/golden/corpus.ts reads them.
//
// {"values":[            every value that occurs twice or more, once
// ...],
// "scenarios":[
// {"name":..,"texts":{file: text},"scenario":..,"objects":..,"steps":..,"cases":[
// ...one case a line]}]}
//
// "$7" stands for the seventh value, which may hold others with lower numbers; a string that starts with $ has a
// second one in front. Fields with their usual value are left out: `compare`
// ordered, and a query's class IN, transport udp, rd true, ad and cd false, edns null.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const JSON_FILES = ['cases.json', 'scenario.json', 'objects.json', 'steps.json'];
/** Fields of a query that need not be written. */
const DEFAULTS = { class: 'IN', transport: 'udp', rd: true, ad: false, cd: false, edns: null };
/** Shorter values cost less than their reference. */
const MIN_LENGTH = 9;

/** All files below a folder, sorted. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function readScenario(group, folder) {
  const files = filesOf(folder);
  const json = (name) => (files.includes(name) ? JSON.parse(readFileSync(join(folder, name), 'utf8')) : undefined);
  const texts = files.filter((file) => !JSON_FILES.includes(file));
  return {
    name: relative(group, folder),
    texts: Object.fromEntries(texts.map((file) => [file, readFileSync(join(folder, file), 'utf8')])),
    scenario: json('scenario.json') ?? {},
    objects: json('objects.json') ?? null,
    steps: json('steps.json') ?? [],
    cases: json('cases.json').map(withoutDefaults),
  };
}

/** A case without the fields that say what golden.py assumes anyway. */
function withoutDefaults({ compare, query, ...rest }) {
  const isDefault = ([key, value]) => DEFAULTS[key] === value && key in DEFAULTS;
  const kept = query && Object.fromEntries(Object.entries(query).filter((entry) => !isDefault(entry)));
  return { ...rest, ...(compare === 'ordered' ? {} : { compare }), ...(query && { query: kept }) };
}

/** Replaces what occurs more than once by references; the rest stays in sight. */
class Interner {
  #counts = new Map();
  #numbers = new Map();
  values = [];

  count(value) {
    const text = JSON.stringify(value);
    const seen = (this.#counts.get(text) ?? 0) + 1;
    this.#counts.set(text, seen);
    if (seen > 1 && text.length >= MIN_LENGTH) return;
    if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) this.count(part);
  }

  pack(value) {
    const text = JSON.stringify(value);
    if (text.length < MIN_LENGTH || this.#counts.get(text) === 1) return this.packParts(value);
    if (!this.#numbers.has(text)) {
      const packed = this.packParts(value);
      this.#numbers.set(text, this.values.length);
      this.values.push(packed);
    }
    return `$${this.#numbers.get(text)}`;
  }

  packParts(value) {
    if (typeof value === 'string') return value.startsWith('$') ? `$${value}` : value;
    if (Array.isArray(value)) return value.map((part) => this.pack(part));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.pack(part)]));
  }
}

function packGroup(folder) {
  const scenarios = filesOf(folder)
    .filter((file) => file.endsWith('cases.json'))
    .map((file) => readScenario(folder, dirname(join(folder, file))));
  const interner = new Interner();
  for (const { cases, ...rest } of scenarios) for (const part of [rest, ...cases]) interner.count(part);
  const lines = scenarios.map(({ cases, ...rest }) => {
    const head = JSON.stringify(interner.packParts(rest)).slice(0, -1);
    return `${head},"cases":[\n${cases.map((each) => JSON.stringify(interner.packParts(each))).join(',\n')}]}`;
  });
  const values = interner.values.map((value) => JSON.stringify(value)).join(',\n');
  return `{"values":[\n${values}],\n"scenarios":[\n${lines.join(',\n')}]}\n`;
}

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/pack-golden.mjs GOLDEN_DIR [OUT_DIR]');
  process.exit(2);
}
const corpus = process.argv[3] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'test', 'golden', 'corpus');
rmSync(corpus, { recursive: true, force: true });
mkdirSync(corpus, { recursive: true });
for (const group of readdirSync(source).sort()) {
  const folder = join(source, group);
  if (statSync(folder).isDirectory() && filesOf(folder).some((file) => file.endsWith('cases.json')))
    writeFileSync(join(corpus, `${group}.json`), packGroup(folder));
}
