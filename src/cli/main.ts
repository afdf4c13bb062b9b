// The entry of the program. Signals come first, see early-signals.ts; then the compile cache, which must be on before
// the rest is loaded.

import './early-signals.ts';
import { enableBundleCache } from './compile-cache.ts';

enableBundleCache();
void import('./program.ts').then(({ main }) => main(process.argv.slice(2)));
