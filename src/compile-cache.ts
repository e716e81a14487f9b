/** Keeps compiled code between starts: loading the server takes half the time, and so does each worker thread. */

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** Beside the sources, as whoever may write there may change those as well; where that is not allowed, none is kept. NODE_COMPILE_CACHE names another folder. */
export function keepCompiledCode(): void {
  // Worker threads look for it in the environment, and nowhere else.
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../node_modules/.cache/chancery');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
