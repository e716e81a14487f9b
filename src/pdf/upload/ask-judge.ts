/** Starts a confined program for one file, feeds it and hears its answer; a program that takes too long or says too much is ended. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChanceryError } from '../../errors.ts';
import { type Confinement, confined, confinedEnvironment } from './confined.ts';
import { plainSources, readsPlainSources } from './plain-sources.ts';

export type JudgeInput = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Judge {
  /** Path of the program: it says a line when it begins to work, then answers. */
  program: string;
  confinement?: Confinement;
  /** Milliseconds: until it begins, which on a busy machine takes long and is not the file's fault, and from then on. */
  patience: { start: number; work: number };
  /** Bytes. */
  mostAnswered: number;
}

/** What the program says after its first line; cut short where it was ended. Throws `not_ready` where it never began, and what reading the file throws. */
export async function askJudge(judge: Judge, task: string, input: JudgeInput): Promise<Buffer> {
  const [command, ...args] = confined([readsPlainSources, judge.program, task], judge.confinement);
  const child = spawn(command as string, args, {
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    cwd: '/',
    env: confinedEnvironment,
  });
  // A child that ends at once has its own reason.
  (child.stdio[3] as Writable).on('error', () => {}).end(plainSources(judge.program));
  let unread: unknown;
  // A child that ends before it has read everything has said why, or nothing.
  const fed = pipeline(input, child.stdin as Writable).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    unread = error;
    child.kill('SIGKILL');
  });
  const [output] = await Promise.allSettled([answerOf(child, judge), fed]);
  // Half a file would be called damaged.
  if (unread !== undefined) throw unread;
  if (output.status === 'rejected') throw output.reason;
  return output.value;
}

function answerOf(child: ChildProcess, { patience, mostAnswered }: Judge): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    let started = false;
    const stop = () => child.kill('SIGKILL');
    let timer = setTimeout(stop, patience.start);
    child.stdout?.on('data', (piece: Buffer) => {
      if (!started) {
        started = true;
        clearTimeout(timer);
        timer = setTimeout(stop, patience.work);
      }
      pieces.push(piece);
      length += piece.length;
      if (length > mostAnswered) stop();
    });
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(new ChanceryError('not_ready', 'the program that checks files cannot be started', { cause }));
    });
    child.on('close', () => {
      clearTimeout(timer);
      const output = Buffer.concat(pieces);
      // A program that never ran says nothing about the file.
      if (!started) return reject(new ChanceryError('not_ready', 'the program that checks files did not start'));
      resolve(output.subarray(output.indexOf(10) + 1));
    });
  });
}
