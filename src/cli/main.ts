// The entry of the program. Signals come first, see early-signals.ts; then the compile cache, which must be on before
// the rest is loaded.

import './early-signals.ts';
import { enableBundleCache } from './compile-cache.ts';

enableBundleCache();
const { main } = await import('./program.ts');
await main(process.argv.slice(2));
