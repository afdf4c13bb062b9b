// The long version of test/property/names-readers.test.ts:
//   node test/soak/names-table.ts [OPERATIONS] [READERS] [NAMES]
// Exits 1 when a reader saw a torn, foreign or missing value, or the table differs from its model at the end.
import { churn } from '../support/names-churn.ts';

const [operations = 20_000_000, readers = 3, names = 20_000] = process.argv.slice(2).map(Number);
const seed = Date.now() & 0xffff;
const started = performance.now();
const report = await churn({ operations, readers, names, seed });
const seconds = (performance.now() - started) / 1000;
const { wrong, ...counts } = report;
console.log({ seed, operations, readers, names, seconds, ...counts, wrong: wrong.length });
const isGood = report.torn + report.missed + wrong.length === 0 && report.size === report.modelSize;
process.exitCode = isGood ? 0 : 1;
