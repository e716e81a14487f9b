/** Draws the templates and signatures anew: `node templates/draw/main.ts`. The same program always writes the same files. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawings } from './drawings.ts';

const folder = join(import.meta.dirname, '..');
for (const [name, file] of await drawings()) {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), file);
}
