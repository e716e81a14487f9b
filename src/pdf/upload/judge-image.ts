/** Makes an uploaded picture the only page of a PDF: upright, on a page of its shape no larger than A4, and nothing taken over but its pixels. */

import { importJpeg, importPng } from '../import-image.ts';
import { pdfNumber, streamBody } from '../pdf-objects.ts';
import { PrefixWriter } from '../prefix-writer.ts';

const a4 = { short: 595.28, long: 841.89 };

/** The same bytes for the same picture. Throws `invalid_input` for one that is damaged or too large. */
export async function pageOfImage(data: Buffer, kind: 'png' | 'jpeg'): Promise<Buffer> {
  const art = await (kind === 'png' ? importPng(data) : importJpeg(data));
  const [across, up] = art.widthPt > art.heightPt ? [a4.long, a4.short] : [a4.short, a4.long];
  const scale = Math.min(1, across / art.widthPt, up / art.heightPt);
  // Viewers show nothing of a page thinner than three points.
  const [width, height] = [art.widthPt * scale, art.heightPt * scale].map((side) => Math.max(3, side)) as [
    number,
    number,
  ];
  const writer = new PrefixWriter(0);
  const root = writer.reserve();
  const pages = writer.reserve();
  const page = writer.reserve();
  const drawn = writer.addArt(art);
  const unit = art.kind === 'image' ? [width, height] : [width / art.widthPt, height / art.heightPt];
  const operators = `q ${pdfNumber(unit[0] as number, 6)} 0 0 ${pdfNumber(unit[1] as number, 6)} 0 0 cm /X Do Q`;
  const content = writer.add(streamBody('', Buffer.from(operators, 'latin1')));
  writer.put(root, `<</Type/Catalog/Pages ${pages} 0 R>>`);
  writer.put(pages, `<</Type/Pages/Kids[${page} 0 R]/Count 1>>`);
  writer.put(
    page,
    `<</Type/Page/Parent ${pages} 0 R/MediaBox[0 0 ${pdfNumber(width)} ${pdfNumber(height)}]` +
      `/Resources<</XObject<</X ${drawn} 0 R>>>>/Contents ${content} 0 R>>`,
  );
  const { bytes, xrefAt } = writer.finish(root);
  return Buffer.concat([bytes, Buffer.from(`startxref\n${xrefAt}\n%%EOF\n`)]);
}
