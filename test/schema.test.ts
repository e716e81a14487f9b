/** The committed `schema.sql` is what the migrations make. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { dumpSchema } from '../src/db/dump-schema.ts';
import { cloneDatabase } from './support/database.ts';

test('schema.sql is the schema that the migrations make', async () => {
  const { database, drop } = await cloneDatabase();
  try {
    const committed = await readFile(new URL('../schema.sql', import.meta.url), 'utf8').catch(() => '');
    const made = await database.owner(dumpSchema);
    assert.equal(committed, made, 'run: node src/db/dump-schema-main.ts > schema.sql');
  } finally {
    await drop();
  }
});
