/** Has uploaded files looked at by a process of their own that may use little memory and time, sees no network and no files, and can start nothing. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { AppendPlan } from '../../domain/append-plan.ts';
import { ChanceryError } from '../../errors.ts';
import { assetFault } from '../asset-fault.ts';
import { confined, confinedEnvironment } from './confined.ts';
import type { JudgeAnswer } from './judge-child.ts';
import type { UploadKind } from './upload-kind.ts';

export type { UploadKind } from './upload-kind.ts';

export interface JudgedUpload {
  kind: UploadKind;
  pages: number;
  plan: AppendPlan;
  /** The PDF made of a picture; a PDF is used as it came. */
  made: Buffer | undefined;
}

/** Milliseconds: until the program runs, which on a busy machine takes long and is not the file's fault, and from then on. */
const patience = { start: 30_000, work: 10_000 };
const mostAnswered = 64_000_000;
const atOnce = 2;

/** Undefined for a file that is neither PDF nor PNG nor JPEG. Throws `invalid_input` at `asset` with the reason and the remedy. */
export async function judgeUpload(file: AsyncIterable<Uint8Array>): Promise<JudgedUpload | undefined> {
  const { answer, bytes } = await run('judge', file);
  if ('unknownKind' in answer) return undefined;
  if (!('plan' in answer)) throw new ChanceryError('internal', 'the judge gave no plan');
  const { kind, pages, plan } = answer;
  return { kind, pages, plan, made: kind === 'pdf' ? undefined : bytes };
}

/** The first page of a document that began as an upload, as PNG; `width` in pixels. */
export async function drawUploaded(pdf: Uint8Array, width: number): Promise<Buffer> {
  return (await run(`preview:${width}`, [pdf])).bytes;
}

type Input = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

let running = 0;
const waiting: (() => void)[] = [];

async function run(task: string, input: Input): Promise<{ answer: JudgeAnswer; bytes: Buffer }> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    const output = await inProcess(task, input);
    const end = output.indexOf(10);
    if (end < 0) throw assetFault('the file takes too much memory or time to read; simplify it');
    const answer = JSON.parse(output.toString('utf8', 0, end)) as JudgeAnswer;
    if ('refused' in answer) throw assetFault(answer.refused);
    return { answer, bytes: output.subarray(end + 1) };
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

async function inProcess(task: string, input: Input): Promise<Buffer> {
  const child = start(task);
  // A child that ends before it has read everything has said why, or nothing.
  const fed = pipeline(input, child.stdin as Writable).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') child.kill('SIGKILL');
  });
  const output = await answerOf(child);
  await fed;
  return output;
}

/** Everything after the first line, which says that the program runs. */
function answerOf(child: ChildProcess): Promise<Buffer> {
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

function start(task: string): ChildProcess {
  const [command, ...args] = confined([program, task]);
  return spawn(command as string, args, { stdio: ['pipe', 'pipe', 'ignore'], cwd: '/', env: confinedEnvironment });
}

const program = fileURLToPath(new URL('./judge-child.ts', import.meta.url));
