/** How fast the processor is, by two functions that every document needs; and how fast the one was on which the goals were set, which has no name here. */

import { generateKeyPairSync, hash, sign } from 'node:crypto';

/** Microseconds of CPU. */
export interface Yardsticks {
  /** One Ed25519 signature of 64 bytes. */
  signature: number;
  /** SHA-256 of 35.7 KB, a document's size. */
  digest: number;
}

/** Measured there with Node 24 when the goals were set. */
export const goalMachine: Yardsticks = { signature: 27.5, digest: 19 };

export function measureYardsticks(): Yardsticks {
  const { privateKey } = generateKeyPairSync('ed25519');
  const [short, document] = [Buffer.alloc(64, 1), Buffer.alloc(35_700, 1)];
  return {
    signature: median(() => sign(null, short, privateKey)),
    digest: median(() => hash('sha256', document, 'buffer')),
  };
}

function median(work: () => unknown): number {
  const rounds = Array.from({ length: 7 }, () => {
    const before = process.cpuUsage();
    for (let n = 0; n < 400; n++) work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 400;
  });
  return rounds.sort((a, b) => a - b)[3] as number;
}
