/** The program that composes one print run: a line with the plan and then the document on standard input, the file on standard output, on descriptor 4 that it runs and what came of it. */

import type { PrintPlan } from '../../domain/print-plan.ts';
import { ChanceryError } from '../../errors.ts';
import { readIn } from '../upload/child-input.ts';
import { writeOut } from '../upload/child-output.ts';
import { mostLetterBytes } from '../upload/pdf-limits.ts';
import { type WrittenRun, writeRun } from './write-run.ts';

/** `broken`: the program itself failed, and where. */
export type ComposeAnswer = WrittenRun | { refused: string } | { broken: string };

/** Its sources come by 3. */
const verdict = 4;
const mostPlan = 50_000_000;

async function answer(): Promise<ComposeAnswer> {
  const input = readIn(mostPlan + mostLetterBytes);
  const end = input.indexOf(10);
  const plan = JSON.parse(input.toString('utf8', 0, end)) as PrintPlan;
  try {
    return await writeRun(input.subarray(end + 1), plan, writeOut);
  } catch (error) {
    const reason = error instanceof ChanceryError ? error.issues[0]?.params?.reason : undefined;
    return typeof reason === 'string'
      ? { refused: reason }
      : { broken: String(error instanceof Error ? error.stack : error).slice(0, 4_000) };
  }
}

writeOut(Buffer.from('ready\n'), verdict);
writeOut(Buffer.from(`${JSON.stringify(await answer())}\n`), verdict);
