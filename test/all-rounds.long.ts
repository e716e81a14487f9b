/** The short test files that do more in the long tier, with all that they can do. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, runFile } from './suites/run-suite.ts';
import { suites } from './suites/suites.ts';

const root = join(import.meta.dirname, '..');
const all = (Object.keys(suites) as (keyof typeof suites)[]).flatMap(filesOf);
for (const file of all) if (readFileSync(join(root, file), 'utf8').includes('/support/rounds.ts')) await runFile(file);
