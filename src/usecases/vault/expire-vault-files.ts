/** Deletes files that were uploaded and never used. */

import type { App } from '../../app.ts';
import { deleteExpiredFiles } from '../../db/vault-files.ts';
import { prefixKey } from '../../domain/document.ts';

export const unusedFileHours = 24;
const atOnce = 500;

/** Gives how many went. Any number of processes may do so at once. */
export async function expireVaultFiles(app: App): Promise<number> {
  for (let gone = 0; ; ) {
    const ids = await app.db.owner((tx) => deleteExpiredFiles(tx, unusedFileHours, atOnce));
    for (const id of ids) await app.blobs.delete(prefixKey(id));
    gone += ids.length;
    if (ids.length < atOnce) return gone;
  }
}
