/** Deletes files that were uploaded and never used. */

import type { App } from '../../app.ts';
import { deleteFiles, listExpiredFiles } from '../../db/vault-files.ts';
import { prefixKey } from '../../domain/document.ts';

const everyMs = 60 * 60 * 1000;
const atOnce = 500;

/** At once and then every hour, until the returned function is called. */
export function keepFilesExpired(app: App): () => void {
  const quietly = () => {
    if (app.instance.halt) return;
    expireVaultFiles(app).catch((error: Error) => app.log.warn({ error: error.message }, 'expiring vault files'));
  };
  quietly();
  const timer = setInterval(quietly, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Gives how many went. Any number of processes may do so at once. */
export async function expireVaultFiles(app: App): Promise<number> {
  for (let gone = 0; ; ) {
    const ids = await app.db.owner((tx) => listExpiredFiles(tx, atOnce));
    // First the bytes: a process that dies between the two leaves something that says they are to be deleted.
    for (const id of ids) await app.blobs.delete(prefixKey(id));
    gone += await app.db.owner((tx) => deleteFiles(tx, ids));
    if (ids.length < atOnce) return gone;
  }
}
