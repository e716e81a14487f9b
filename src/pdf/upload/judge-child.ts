/** The program that looks at one uploaded file: its bytes on standard input, one line of JSON and perhaps bytes on standard output, nothing else. */

import { readFileSync } from 'node:fs';
import type { AppendPlan } from '../../domain/append-plan.ts';
import { ChanceryError } from '../../errors.ts';
import { assetFault } from '../asset-fault.ts';
import { drawFirstPage, renderPreview } from '../preview.ts';
import { writeOut } from './child-output.ts';
import { judgePdf } from './judge-pdf.ts';
import { kindOfUpload, type UploadKind } from './upload-kind.ts';

export type JudgeAnswer =
  | { kind: UploadKind; pages: number; plan: AppendPlan }
  | { kind: 'preview' }
  | { refused: string }
  | { unknownKind: true };

/** Wide enough to draw everything there is to draw, and no more. */
const proofWidth = 600;

async function judge(bytes: Buffer): Promise<[JudgeAnswer, Uint8Array]> {
  const kind = kindOfUpload(bytes);
  if (kind === undefined) return [{ unknownKind: true }, new Uint8Array()];
  const base = kind === 'pdf' ? bytes : await (await import('./judge-image.ts')).pageOfImage(bytes, kind);
  const { pages, plan } = judgePdf(base);
  await drawFirstPage(base, { width: proofWidth }).catch(() => {
    throw assetFault('the first page cannot be drawn; print it to a new PDF');
  });
  return [{ kind, pages, plan }, kind === 'pdf' ? new Uint8Array() : base];
}

async function answer(task: string | undefined, bytes: Buffer): Promise<[JudgeAnswer, Uint8Array]> {
  try {
    const width = /^preview:(\d{3,4})$/.exec(task ?? '')?.[1];
    if (width) return [{ kind: 'preview' }, await renderPreview(bytes, { width: Number(width) })];
    return await judge(bytes);
  } catch (error) {
    const reason = error instanceof ChanceryError ? error.issues[0]?.params?.reason : undefined;
    return [{ refused: typeof reason === 'string' ? reason : 'the file is damaged; save it again' }, new Uint8Array()];
  }
}

writeOut(Buffer.from('ready\n'));
const [said, bytes] = await answer(process.argv[2], readFileSync(0));
writeOut(Buffer.from(`${JSON.stringify(said)}\n`));
writeOut(bytes);
