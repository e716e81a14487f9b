/** The program that composes one print run: a line with the plan and then the document on standard input, the file on standard output, on descriptor 3 that it runs and what came of it. */

import { readSync, writeSync } from 'node:fs';
import type { PrintPlan } from '../../domain/print-plan.ts';
import { ChanceryError } from '../../errors.ts';
import { type WrittenRun, writeRun } from './write-run.ts';

export type ComposeAnswer = WrittenRun | { refused: string };

const verdict = 3;
const pieceSize = 1_048_576;

/** Everything up to the end, whole at the end only. */
function readAll(): Buffer {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = Buffer.allocUnsafeSlow(pieceSize);
    const length = readSome(piece);
    if (length === 0) return Buffer.concat(pieces);
    // A pipe gives some 64 KB at a time.
    pieces.push(length > pieceSize / 2 ? piece.subarray(0, length) : Buffer.from(piece.subarray(0, length)));
  }
}

function readSome(piece: Buffer): number {
  for (;;) {
    try {
      return readSync(0, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EOF') return 0;
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

function write(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

async function answer(): Promise<ComposeAnswer> {
  const input = readAll();
  const end = input.indexOf(10);
  const plan = JSON.parse(input.toString('utf8', 0, end)) as PrintPlan;
  try {
    return await writeRun(input.subarray(end + 1), plan, (bytes) => write(1, bytes));
  } catch (error) {
    const reason = error instanceof ChanceryError ? error.issues[0]?.params?.reason : undefined;
    if (typeof reason !== 'string') throw error;
    return { refused: reason };
  }
}

write(verdict, Buffer.from('ready\n'));
write(verdict, Buffer.from(`${JSON.stringify(await answer())}\n`));
