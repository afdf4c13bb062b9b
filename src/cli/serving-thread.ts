// The entry of a serving thread: turns the code cache on before the rest is loaded. What is imported from here on is paid
// once a thread.

import { useCodeCache } from './code-cache.ts';

useCodeCache();
void import('./serving-worker.ts');
