/** For tests: a PDF of one page written by hand around imported artwork, and its pixels as PDFium draws them. */

import sharp from 'sharp';
import type { ImportedArt } from './pdf-objects.ts';
import { renderPreview } from './preview.ts';

/** Puts objects 1…n into a file with a cross-reference table; object 1 is the catalog. */
export function pdfFile(bodies: readonly (string | Uint8Array)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = (parts[0] as Buffer).length;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  bodies.forEach((body, at) => {
    offsets.push(length);
    add(Buffer.from(`${at + 1} 0 obj\n`));
    add(typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.from(body));
    add(Buffer.from('\nendobj\n'));
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = length;
  add(Buffer.from(`xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${table}`));
  add(Buffer.from(`trailer\n<</Size ${bodies.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${start}\n%%EOF\n`));
  return Buffer.concat(parts);
}

/** The artwork alone, filling its page. */
export function pageAround(art: ImportedArt): Buffer {
  const [w, h] = [art.widthPt, art.heightPt];
  const content = art.kind === 'image' ? `q ${w} 0 0 ${h} 0 0 cm /A Do Q` : 'q /A Do Q';
  return pdfFile([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${w} ${h}]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>`,
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    ...art.write((local) => local + 5),
  ]);
}

/** Reads a pixel (from the top left corner, in units of the picture's width and height) as `rrggbb`. */
export async function drawn(art: ImportedArt, width = 200): Promise<(x: number, y: number) => string> {
  const png = await renderPreview(pageAround(art), { width });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return (x, y) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return data.subarray(at, at + 3).toString('hex');
  };
}

/** The reason of the one issue an import is refused with. */
export async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    const issue = (error as { issues?: { path: string; code: string; params?: { reason?: string } }[] }).issues?.[0];
    if (issue?.path === 'asset' && issue.code === 'invalid') return String(issue.params?.reason);
    throw error;
  }
  throw new Error('it was accepted');
}
