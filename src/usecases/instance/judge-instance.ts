/** Whether this database may let anything out: judged at every start, before anything else is done with it. */

import type { App } from '../../app.ts';
import { beginQuarantine, readInstance } from '../../db/instance.ts';
import { suspicion } from '../../domain/quarantine.ts';
import { readMark } from './instance-mark.ts';
import { readWitness } from './witness.ts';

/** Begins a quarantine where the database is behind its mark, or one of them is not what it was. */
export async function judgeInstance(app: Pick<App, 'db' | 'blobs' | 'config' | 'instance'>): Promise<void> {
  // The mark first: it is written after the database, so that what is read of the database now is never behind it in ordinary life.
  const mark = await readMark(app);
  const witness = await readWitness(app.config);
  await app.db.owner(async (tx) => {
    const state = await readInstance(tx);
    const reason = state.reason === null ? suspicion(state, mark, witness) : null;
    if (reason !== null) await beginQuarantine(tx, reason);
    await app.instance.look(tx);
  });
}
