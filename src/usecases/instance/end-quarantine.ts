/** What an operator decides in a quarantine: that it begins, that it ends, and that held mail is sent after all. */

import type { App } from '../../app.ts';
import { sumDeliveriesOfChunks } from '../../db/deliveries.ts';
import { beginQuarantine as begin, readInstance } from '../../db/instance.ts';
import {
  closeWallets,
  endQuarantine as end,
  endHolding,
  holdMail,
  holdPrinting,
  passOverNumbers,
  type ReleasedMail,
  releaseMail,
} from '../../db/quarantine.ts';
import { ChanceryError } from '../../errors.ts';
import { deliveryJobs } from '../../pipeline/produce-chunk.ts';
import type { Job } from '../../queue/open-queue.ts';
import { readMark, writeMark } from './instance-mark.ts';
import { readWitness } from './witness.ts';

/** False when it was in quarantine already. Every process notices at once. */
export async function beginQuarantine(app: App): Promise<boolean> {
  return app.db.owner((tx) => begin(tx, 'operator'));
}

/**
 * One transaction: numbers that may have been given out after the backup are passed over, print runs wait for a person's word, and mail that
 * may have been sent before is `hold`: not sent, or `send`: sent, again where it was, with the Message-ID it had. Throws `conflict` outside a quarantine.
 */
export async function endQuarantine(app: App, mail: 'hold' | 'send'): Promise<void> {
  const found = await readMark(app);
  const mark = typeof found === 'object' ? found : undefined;
  const witness = await readWitness(app.config);
  const state = await app.db.owner(async (tx) => {
    const { reason } = await readInstance(tx);
    if (reason === null) throw new ChanceryError('conflict', 'this installation is not in quarantine');
    await passOverNumbers(tx, mark);
    await closeWallets(tx);
    await holdPrinting(tx);
    if (mail === 'hold') await sumDeliveriesOfChunks(tx, await holdMail(tx));
    await end(tx, mark?.epoch ?? 0, witness);
    return readInstance(tx);
  });
  // Dying before this only leaves a mark that is behind.
  const { installation, epoch } = state;
  const at = new Date().toISOString();
  await writeMark(app, { nextReference: 0, sequences: {}, mailSerials: {}, ...mark, installation, epoch, at });
}

/** So many chunks a transaction; what a call that is cut off has not come to is sent by the next. Gives how many mails were put in line. */
export async function sendHeldMail(app: App, chunksAtOnce = 500): Promise<number> {
  app.instance.refuse();
  await app.db.owner(endHolding);
  for (let sum = 0; ; ) {
    const released = await app.db.owner(async (tx) => {
      const parts = await releaseMail(tx, chunksAtOnce);
      // Jobs of one call are of one organization.
      for (const jobs of Map.groupBy(parts.flatMap(jobsOf), ({ organizationId }) => organizationId).values())
        await app.queue.enqueue(tx, 'deliver', jobs);
      return parts.reduce((count, { seqs }) => count + seqs.length, 0);
    });
    if (released === 0) return sum;
    sum += released;
  }
}

function jobsOf({ chunkId: id, channel, seqs, ...chunk }: ReleasedMail): Job[] {
  return deliveryJobs(
    { ...chunk, id },
    [channel],
    seqs.map((seq) => ({ seq })),
  );
}
