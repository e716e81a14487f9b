/** Has uploaded files looked at by a process of their own that may use little memory and time, sees no network and no files, and can start nothing. */

import { fileURLToPath } from 'node:url';
import type { AppendPlan } from '../../domain/append-plan.ts';
import { openTurnstile } from '../../domain/turnstile.ts';
import { ChanceryError } from '../../errors.ts';
import { assetFault } from '../asset-fault.ts';
import { askJudge, type Judge, type JudgeInput } from './ask-judge.ts';
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

const turns = openTurnstile(2);
const judge: Judge = {
  program: fileURLToPath(new URL('./judge-child.ts', import.meta.url)),
  patience: { start: 30_000, work: 10_000 },
  mostAnswered: 64_000_000,
};

async function run(task: string, input: JudgeInput): Promise<{ answer: JudgeAnswer; bytes: Buffer }> {
  const output = await turns.pass(() => askJudge(judge, task, input));
  const end = output.indexOf(10);
  if (end < 0) throw assetFault('the file takes too much memory or time to read; simplify it');
  const answer = JSON.parse(output.toString('utf8', 0, end)) as JudgeAnswer;
  if ('refused' in answer) throw assetFault(answer.refused);
  return { answer, bytes: output.subarray(end + 1) };
}
