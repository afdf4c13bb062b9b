// The entry of the program. Signals come first, see early-signals.ts; then the code cache, which must be on before the
// rest is loaded.

import './early-signals.ts';
import { recordCode, useCodeCache } from './code-cache.ts';

useCodeCache();
process.once('exit', recordCode);
void import('./program.ts').then(({ main }) => main(process.argv.slice(2)));
