/** Has a document that is to be printed and mailed looked at by a process of its own: up to 250 MB and 5,000 pages, streamed to it, with limits to match. */

import { fileURLToPath } from 'node:url';
import { openTurnstile } from '../../domain/turnstile.ts';
import { assetFault } from '../asset-fault.ts';
import { askJudge, type Judge, type JudgeInput } from './ask-judge.ts';
import type { MailJudgeAnswer } from './judge-mail-child.ts';
import type { JudgedMailPdf } from './judge-mail-pdf.ts';

/** The file is held once by the program and once by the one that draws its first page. It is not the file's fault when it comes slowly. */
const judge: Judge = {
  program: fileURLToPath(new URL('./judge-mail-child.ts', import.meta.url)),
  confinement: { memory: 2_500_000, seconds: 60, heapMb: 768 },
  patience: { start: 600_000, work: 120_000 },
  mostAnswered: 4_000_000,
};
const turns = openTurnstile(2);

/** Throws `invalid_input` at `asset` with the reason and the remedy. */
export async function judgeMailDocument(file: JudgeInput): Promise<JudgedMailPdf> {
  const output = await turns.pass(() => askJudge(judge, 'judge', file));
  if (output.at(-1) !== 10) throw assetFault('the file takes too much memory or time to read; simplify it');
  const answer = JSON.parse(output.toString('utf8')) as MailJudgeAnswer;
  if ('refused' in answer) throw assetFault(answer.refused);
  return answer;
}
