/** `node src/db/dump-schema-main.ts > schema.sql`: migrates a throw-away database and prints its schema. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpSchema } from './dump-schema.ts';
import { startEmbedded } from './embedded/start-embedded.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';

const directory = await mkdtemp(join(tmpdir(), 'chancery-schema-'));
const log = () => {};
try {
  await using server = await startEmbedded({ directory, log, settings: { fsync: 'off' } });
  await migrate(server.connection, new URL('../../migrations/', import.meta.url));
  const database = await openDatabase(server.connection, { poolSize: 1, log });
  process.stdout.write(await database.owner(dumpSchema));
  await database.close();
} finally {
  await rm(directory, { recursive: true, force: true });
}
