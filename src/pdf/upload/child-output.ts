/** How a confined program answers: bytes on a pipe, all of them, however slowly they are taken. */

import { writeSync } from 'node:fs';

export function writeOut(bytes: Uint8Array, descriptor = 1): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
