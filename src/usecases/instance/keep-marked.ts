/** Lets the epoch rise while the process runs and writes the mark after it; notices what other processes, or whoever put a database or the master key back, have done. */

import type { App } from '../../app.ts';
import { advanceEpoch, instanceChannel, keepWitness, readInstance } from '../../db/instance.ts';
import { readMark, writeMark } from './instance-mark.ts';
import { judgeInstance } from './judge-instance.ts';
import { readWitness } from './witness.ts';

/** A backup that is younger than this when it is put back cannot be told from the present. */
export const epochSeconds = 10;

/** From now on until the returned function is called. */
export async function keepMarked(app: App): Promise<() => Promise<void>> {
  const note = (error: Error) => app.log.warn({ error: error.message }, 'marking the installation');
  await begin(app).catch(note);
  let turn = Promise.resolve();
  const next = (act: () => Promise<unknown>) => {
    turn = turn.then(act).then(() => {}, note);
  };
  const stopListening = await app.db.listen(instanceChannel, () => next(() => judgeInstance(app)));
  const timer = setInterval(() => next(() => goOn(app)), epochSeconds * 1_000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await stopListening();
    await turn;
  };
}

async function begin(app: App): Promise<void> {
  if (app.instance.halt) return;
  const witness = await readWitness(app.config);
  const { installation, epoch } = await app.db.owner(async (tx) => {
    if (witness !== null) await keepWitness(tx, witness);
    return readInstance(tx);
  });
  // Before the first epoch there is a mark, so that an epoch without one is a fault.
  const first = { installation, epoch, at: new Date().toISOString(), nextReference: 0, sequences: {}, mailSerials: {} };
  if (epoch === 0) await writeMark(app, first);
  await advance(app, 0);
}

async function goOn(app: App): Promise<void> {
  await app.keyring.look();
  await judgeInstance(app);
  if (!app.instance.halt) await advance(app, epochSeconds - 1);
}

async function advance(app: App, afterSeconds: number): Promise<void> {
  const mark = await app.db.owner((tx) => advanceEpoch(tx, afterSeconds));
  if (!mark) return;
  const written = await readMark(app);
  // Another process may have been faster with a later one.
  const isLater =
    typeof written === 'object' && written.installation === mark.installation && written.epoch > mark.epoch;
  if (!isLater) await writeMark(app, mark);
}
