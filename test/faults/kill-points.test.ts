/** Every fault point is killed by some test, and every test that says so takes its points from the one list. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { faultPoints } from '../../src/fault.ts';
import { killingFiles, pointsOf } from './kill-points.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('every fault point is killed somewhere', () => {
  const killed = new Set(killingFiles.flatMap(pointsOf));
  assert.deepEqual(
    faultPoints.filter((point) => !killed.has(point)),
    [],
  );
});

test('every file of the list walks its own part of it', () => {
  for (const file of killingFiles) assert.ok(read(file).includes(`pointsOf('${file}')`), file);
});

test('every fault point stands where the program passes it', () => {
  const folder = new URL('../../src/', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
  );
  const passed = new Set(
    sources.flatMap((path) =>
      [...read(`../../src/${path}`).matchAll(/\bfault\('([a-z-]+)'\)/g)].map(([, name]) => name),
    ),
  );
  assert.deepEqual(
    faultPoints.filter((point) => !passed.has(point)),
    [],
  );
});
