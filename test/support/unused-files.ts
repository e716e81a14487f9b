/** Files of a place that no row names, whatever their age. */

import { join } from 'node:path';
import { openBlobs } from '../../src/blobs/index.ts';
import { findUnusedFiles } from '../../src/usecases/upkeep/check-documents.ts';
import type { Place } from './snapshot.ts';

export async function unusedFiles({ database, dataDirectory }: Place): Promise<string[]> {
  const blobs = await openBlobs({ kind: 'disk', directory: join(dataDirectory, 'blobs') });
  // One of this very moment counts as well.
  return findUnusedFiles({ db: database, blobs }, -1).finally(() => blobs.close());
}
