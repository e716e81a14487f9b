/** Watches the process a target is fuzzed in: one that hangs or dies has found something, and goes on without it. */

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Found, Searched } from './search.ts';

/** Milliseconds without a new input after which it is ended; the first has to wait until everything is loaded. */
const patience = { first: 180_000, next: 60_000 };

export async function fuzzProcess(name: string, seed: string, milliseconds: number, folder: string): Promise<Searched> {
  mkdirSync(folder, { recursive: true });
  const total: Searched = { runs: 0, corpus: 0, blocks: 0, found: [] };
  const ends = performance.now() + milliseconds;
  for (let round = 0; ; round++) {
    const left = Math.max(1_000, ends - performance.now());
    const one = await runLoop([name, String(Number(seed) + round), String(Math.round(left)), folder], folder);
    total.found.push(...one.found.filter((found) => !total.found.some((known) => known.signature === found.signature)));
    total.runs += one.runs;
    total.corpus = Math.max(total.corpus, one.corpus);
    total.blocks = Math.max(total.blocks, one.blocks);
    if (one.runs > 0 || performance.now() > ends) return total;
  }
}

function runLoop(args: string[], folder: string): Promise<Searched> {
  const program = fileURLToPath(new URL('./loop.ts', import.meta.url));
  const child = spawn(process.execPath, ['--max-old-space-size=768', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const current = join(folder, 'current');
  const began = Date.now();
  let said = '';
  let complained = '';
  let hung = false;
  child.stdout.on('data', (piece) => {
    said += piece;
  });
  child.stderr.on('data', (piece) => {
    complained = (complained + piece).slice(-3_000);
  });
  const watch = setInterval(() => {
    const { mtimeMs = 0, size = 0 } = statSync(current, { throwIfNoEntry: false }) ?? {};
    const isRunning = size > 0 && mtimeMs >= began;
    if (Date.now() - (isRunning ? mtimeMs : began) < (isRunning ? patience.next : patience.first)) return;
    hung = true;
    child.kill('SIGKILL');
  }, 1_000);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(watch);
      if (code === 0 && said !== '') {
        const searched = JSON.parse(said) as Searched & { found: (Found & { bytes: unknown })[] };
        const found = searched.found.map((one) => ({ ...one, bytes: Buffer.from(String(one.bytes), 'base64') }));
        return resolve({ ...searched, found });
      }
      const kind = hung ? 'hangs' : 'crashes';
      const found = { kind, said: complained || kind, signature: kind, bytes: readFileSync(current) } as const;
      resolve({ runs: 0, corpus: 0, blocks: 0, found: [found] });
    });
  });
}
