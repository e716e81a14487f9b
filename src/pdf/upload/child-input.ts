/** How a confined program is told its work: bytes on standard input, up to their end. */

import { readSync } from 'node:fs';

/** At most one byte more than `most`; into memory that is taken at once and used as far as it is filled, so that a file is never there twice. */
export function readIn(most: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(most + 1);
  let length = 0;
  while (length < bytes.length) {
    const read = readSome(bytes, length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function readSome(bytes: Buffer, at: number): number {
  for (;;)
    try {
      return readSync(0, bytes, at, bytes.length - at, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EOF') return 0;
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
}
