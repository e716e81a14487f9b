/** The mark of the installation beside its documents, outside the database: how far it is known to have come. */

import type { App } from '../../app.ts';
import type { InstanceMark } from '../../domain/quarantine.ts';
import { ChanceryError } from '../../errors.ts';

const key = 'instance/epoch.json';

export async function readMark({ blobs }: Pick<App, 'blobs'>): Promise<InstanceMark | 'missing' | 'unreadable'> {
  const bytes = await blobs.get(key).catch((error: unknown) => {
    if (error instanceof ChanceryError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (!bytes) return 'missing';
  try {
    const mark = JSON.parse(bytes.toString('utf8')) as InstanceMark;
    return typeof mark.installation === 'string' && Number.isSafeInteger(mark.epoch) ? mark : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

export async function writeMark({ blobs }: Pick<App, 'blobs'>, mark: InstanceMark): Promise<void> {
  await blobs.put(key, Buffer.from(`${JSON.stringify(mark, null, 2)}\n`));
}
