/** A file in the data folder that is never written again: whoever copies the folder, to put a backup back or to move it, makes another file. */

import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../app.ts';

const text =
  'This file tells a copy of this folder from the original. Leave it as it is. See docs/operations.md, Quarantine.\n';

/** Number and time of last change of the file, which is made where there is none; null where the documents are not in the data folder. */
export async function readWitness(config: App['config']): Promise<string | null> {
  if (config.S3_BUCKET) return null;
  const path = join(config.dataDirectory, 'witness');
  const file = await open(path, 'wx', 0o644).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  await file?.writeFile(text).finally(() => file.close());
  const { ino, ctimeNs } = await stat(path, { bigint: true });
  return `${ino}:${ctimeNs}`;
}
