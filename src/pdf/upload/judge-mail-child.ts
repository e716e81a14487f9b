/** The program that looks at one document to be mailed: its bytes on standard input, one line of JSON on standard output, nothing else. */

import { ChanceryError } from '../../errors.ts';
import { assetFault } from '../asset-fault.ts';
import { drawFirstPage, otherPageCount } from '../preview.ts';
import { readIn } from './child-input.ts';
import { writeOut } from './child-output.ts';
import { type JudgedMailPdf, judgeMailPdf } from './judge-mail-pdf.ts';
import { mostLetterBytes } from './pdf-limits.ts';
import { damaged } from './pdf-syntax.ts';
import { kindOfUpload } from './upload-kind.ts';

export type MailJudgeAnswer = JudgedMailPdf | { refused: string };

const proofWidth = 600;

async function judge(bytes: Buffer): Promise<JudgedMailPdf> {
  if (bytes.length === 0) throw assetFault('the file is empty; upload the whole file');
  if (bytes.length > mostLetterBytes)
    throw assetFault(
      `the PDF has more than ${mostLetterBytes / 1_000_000} MB; make its pictures smaller or upload less`,
    );
  if (kindOfUpload(bytes) !== 'pdf')
    throw assetFault(
      bytes.subarray(0, 1_024).includes('%PDF-')
        ? 'something else stands before the beginning of the PDF; save it again'
        : 'the file is not a PDF; save it as one',
    );
  const judged = judgeMailPdf(bytes);
  await drawFirstPage(bytes, { width: proofWidth, pages: judged.pages }).catch((error) => {
    if (reasonOf(error) === otherPageCount) throw damaged(otherPageCount);
    throw assetFault('the first page cannot be drawn; print it to a new PDF');
  });
  return judged;
}

function reasonOf(error: unknown): string | undefined {
  const reason = error instanceof ChanceryError ? error.issues[0]?.params?.reason : undefined;
  return typeof reason === 'string' ? reason : undefined;
}

const bytes = readIn(mostLetterBytes);
writeOut(Buffer.from('ready\n'));
const answer: MailJudgeAnswer = await judge(bytes).catch((error) => ({
  refused: reasonOf(error) ?? 'the file is damaged; save it again',
}));
writeOut(Buffer.from(`${JSON.stringify(answer)}\n`));
