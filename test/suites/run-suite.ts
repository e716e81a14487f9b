/** Many test files in one process, one after the other: a process of its own costs each 2 to 5 s before its first test; and the code of the second file is warm. */

import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { suites } from './suites.ts';

const root = join(import.meta.dirname, '../..');

/** Paths of the suite's files from the root, sorted. */
export function filesOf(suite: keyof typeof suites): string[] {
  return globSync(suites[suite], { cwd: root }).sort();
}

/** Each file is a block named by its path, and is loaded when the one before has ended: what it opens is open while its tests run. */
export async function runSuite(suite: keyof typeof suites): Promise<void> {
  for (const file of filesOf(suite)) await runFile(file);
}

/** Ends when the last test of the file has. */
export function runFile(file: string): Promise<void> {
  return new Promise((resolve) => {
    describe(file, async () => {
      after(() => resolve());
      await import(join(root, file)).catch((error: unknown) => {
        resolve();
        throw error;
      });
    });
  });
}
