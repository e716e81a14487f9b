/** A disk of a few megabytes that a test fills and frees. Needs root on Linux. */

import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For `skip` of a test. */
export const noSmallDisk =
  process.getuid?.() === 0 && process.platform === 'linux' ? false : 'mounting a small disk needs root on Linux';

export interface SmallDisk extends AsyncDisposable {
  directory: string;
  /** To the last byte; may be asked for again, when something was deleted. */
  fill(): void;
  free(): void;
}

/** At `directory`, else in a folder of its own. Whatever lay at that place is hidden meanwhile. */
export async function openSmallDisk(megabytes: number, directory?: string): Promise<SmallDisk> {
  const place = directory ?? (await mkdtemp(join(tmpdir(), 'chancery-disk-')));
  await mkdir(place, { recursive: true });
  // Open to all, since PostgreSQL may run as somebody else.
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', place]);
  let isMounted = true;
  const filler = join(place, 'filler');
  return {
    directory: place,
    fill() {
      for (const size of [2 ** 20, 4_096])
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
    },
    free: () => rmSync(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      if (!isMounted) return;
      isMounted = false;
      execFileSync('umount', ['-l', place]);
      if (directory === undefined) await rm(place, { recursive: true, force: true });
    },
  };
}
