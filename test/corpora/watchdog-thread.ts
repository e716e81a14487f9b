/** The thread that looks once a second whether the entry is still the same one; see watchdog.ts. */

import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

let names: string[] = [];
let place = new Int32Array([-1]);
let last = -1;
let seconds = 0;

parentPort?.on('message', (table: { names: string[]; place: Int32Array<ArrayBuffer> }) => {
  ({ names, place } = table);
  last = -1;
});

setInterval(() => {
  const now = Atomics.load(place, 0);
  seconds = now === last && now !== -1 ? seconds + 1 : 0;
  last = now;
  if (seconds < (workerData as number)) return;
  writeSync(2, `never ends: ${names[now]}\n`);
  process.kill(process.pid, 'SIGKILL');
}, 1_000);

parentPort?.postMessage('watching');
