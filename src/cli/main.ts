// The entry of the program. Signals come first, see early-signals.ts.

import './early-signals.ts';
import { check } from './check.ts';
import { serve } from './serve.ts';

const conf = process.argv[process.argv.indexOf('-conf') + 1] ?? '';
if (process.argv[2] === 'check') {
  process.exitCode = await check({ conf, port: '53' }, (line) => process.stdout.write(`${line}\n`));
} else {
  await serve({ conf, port: '53', pidfile: '', isQuiet: false, logLayout: 'coredns' });
}
