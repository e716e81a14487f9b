/** Tells a full disk from every other fault, and knows whether shared memory has room. */

import { statfs } from 'node:fs/promises';
import { ChanceryError } from '../../errors.ts';

/** `not_ready` with the remedy when an error, or what a program printed, says that the disk is full; else null. */
export function outOfSpace(fault: unknown, directory: string): ChanceryError | null {
  const text =
    fault instanceof Error ? `${(fault as NodeJS.ErrnoException).code ?? ''} ${fault.message}` : String(fault);
  if (!/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/.test(text)) return null;
  return new ChanceryError('not_ready', `the disk of ${directory} is full; free some space and start again`, {
    cause: fault,
    details: { directory },
  });
}

/** Parallel queries share memory through /dev/shm; containers often give it 64 MB, and then files in the data folder do. */
export async function sharedMemoryType(): Promise<'posix' | 'mmap'> {
  if (process.platform !== 'linux') return 'posix';
  try {
    const room = await statfs('/dev/shm');
    return room.bavail * room.bsize >= 256 * 1024 * 1024 ? 'posix' : 'mmap';
  } catch {
    return 'mmap';
  }
}
