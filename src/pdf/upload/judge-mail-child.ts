/** The program that looks at one document to be mailed: its bytes on standard input, one line of JSON on standard output, nothing else. */

import { readSync } from 'node:fs';
import { ChanceryError } from '../../errors.ts';
import { assetFault } from '../asset-fault.ts';
import { otherPageCount, renderPreview } from '../preview.ts';
import { writeOut } from './child-output.ts';
import { type JudgedMailPdf, judgeMailPdf } from './judge-mail-pdf.ts';
import { damaged } from './pdf-syntax.ts';
import { kindOfUpload } from './upload-kind.ts';

export type MailJudgeAnswer = JudgedMailPdf | { refused: string };

const mostBytes = 250_000_000;
const proofWidth = 600;

/** Into memory that is taken at once and used as far as it is filled, so that the file is never there twice. */
function readAll(): Buffer {
  const bytes = Buffer.allocUnsafeSlow(mostBytes + 1);
  let length = 0;
  while (length < bytes.length) {
    const read = readSome(bytes, length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function readSome(bytes: Buffer, at: number): number {
  for (;;)
    try {
      return readSync(0, bytes, at, bytes.length - at, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EOF') return 0;
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
}

async function judge(bytes: Buffer): Promise<JudgedMailPdf> {
  if (bytes.length === 0) throw assetFault('the file is empty; upload the whole file');
  if (bytes.length > mostBytes)
    throw assetFault(`the PDF has more than ${mostBytes / 1_000_000} MB; make its pictures smaller or upload less`);
  if (kindOfUpload(bytes) !== 'pdf')
    throw assetFault(
      bytes.subarray(0, 1_024).includes('%PDF-')
        ? 'something else stands before the beginning of the PDF; save it again'
        : 'the file is not a PDF; save it as one',
    );
  const judged = judgeMailPdf(bytes);
  await renderPreview(bytes, { width: proofWidth, pages: judged.pages }).catch((error) => {
    if (reasonOf(error) === otherPageCount) throw damaged(otherPageCount);
    throw assetFault('the first page cannot be drawn; print it to a new PDF');
  });
  return judged;
}

function reasonOf(error: unknown): string | undefined {
  const reason = error instanceof ChanceryError ? error.issues[0]?.params?.reason : undefined;
  return typeof reason === 'string' ? reason : undefined;
}

const bytes = readAll();
writeOut(Buffer.from('ready\n'));
const answer: MailJudgeAnswer = await judge(bytes).catch((error) => ({
  refused: reasonOf(error) ?? 'the file is damaged; save it again',
}));
writeOut(Buffer.from(`${JSON.stringify(answer)}\n`));
