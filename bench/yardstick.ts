/** How fast all cores are together, by the one function that no code of ours can make cheaper; and how fast those were on which the goals were set. */

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Ed25519 signatures a second, of all cores at once, which the goals' two cores made with Node 24 on a quiet machine. */
export const goalSignatures = 63_900;

const milliseconds = 1_000;

const signing = `
const { generateKeyPairSync, sign } = require('node:crypto');
const { parentPort, workerData } = require('node:worker_threads');
const { privateKey } = generateKeyPairSync('ed25519');
const text = Buffer.alloc(64, 1);
let signatures = 0;
const end = performance.now() + workerData;
while (performance.now() < end) for (let n = 0; n < 50; n++, signatures++) sign(null, text, privateKey);
parentPort.postMessage(signatures);
`;

/** Signatures a second while every core signs: cores that are halves of one, or shared with others, show it only then. */
export async function measureSignatures(): Promise<number> {
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(signing, { eval: true, workerData: milliseconds }),
  );
  const counts = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as number));
  return counts.reduce((sum, count) => sum + count, 0) / (milliseconds / 1_000);
}
