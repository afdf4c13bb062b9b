// The entry of a serving thread: turns the compile cache on before the rest is loaded. What is imported from here on is
// paid once a thread.

import { enableBundleCache } from './compile-cache.ts';

enableBundleCache();
void import('./serving-worker.ts');
