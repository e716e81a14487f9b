/**
 * Appends to an uploaded PDF, as an incremental update (ISO 32000-1, 7.5.6): a last page, the credential as an associated file, and a seal over
 * every byte. The upload itself stays as it is, byte for byte; nothing of it is parsed here, for the plan says where everything stands.
 */

import { createHash } from 'node:crypto';
import type { AppendPlan } from '../../domain/append-plan.ts';
import type { Attachment, FilledPage } from '../fill-page.ts';
import { objectsPerFont } from '../font-objects.ts';
import { pdfDate, pdfName, pdfNumber, pdfText, streamBody } from '../pdf-objects.ts';
import { sealDigest } from '../seal.ts';
import type { SealKey } from '../seal-certificate.ts';
import { emptySeal, fillSeal, movedBy } from '../seal-hole.ts';
import type { DrawnPage } from './draw-elements.ts';
import { UpdateWriter } from './update-writer.ts';

export interface Appendix {
  page: DrawnPage;
  attachment: Attachment;
  /** ISO time of the batch; the only clock of the document. */
  createdAt: string;
  /** Of whoever seals. */
  organizationName: string;
  /** Of the credential; makes the file's id and the seal's name its own. */
  id: string;
  seal: SealKey;
}

/** The same arguments always give the same bytes. */
export function appendPage(base: Buffer, plan: AppendPlan, appendix: Appendix): FilledPage {
  const { page, attachment, createdAt } = appendix;
  const date = pdfDate(createdAt);
  const writer = new UpdateWriter(base, plan.next);
  const reserved = Array.from({ length: 6 }, () => writer.reserve());
  const [filespec, embedded, content, leaf, widget, signature] = reserved as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const name = pdfText(attachment.name);
  const data = Buffer.from(attachment.data);
  writer.object(
    filespec,
    `<</Type/Filespec/F${name}/UF${name}/AFRelationship/Data/Desc(Verifiable credential)/EF<</F ${embedded} 0 R/UF ${embedded} 0 R>>>>`,
  );
  const attachmentOffset = writer.stream(
    embedded,
    `/Type/EmbeddedFile/Subtype${pdfName(attachment.mediaType)}/Params<</Size ${data.length}/ModDate${date}>>`,
    data,
  );
  const font = writer.reserve(objectsPerFont);
  page.font.subset.objects(font).forEach((body, at) => {
    writer.object(font + at, body);
  });
  writer.object(content, streamBody('', Buffer.from(page.content, 'latin1')));
  writer.object(
    leaf,
    `<</Type/Page/Parent ${plan.pages.number} ${plan.pages.generation} R/MediaBox[0 0 ${pdfNumber(page.widthPt)} ${pdfNumber(page.heightPt)}]` +
      `/CropBox[0 0 ${pdfNumber(page.widthPt)} ${pdfNumber(page.heightPt)}]/Rotate 0` +
      `/Resources<</Font<</${page.font.name} ${font} 0 R>>>>/Contents ${content} 0 R/Annots[${widget} 0 R]>>`,
  );
  writer.object(
    widget,
    `<</Type/Annot/Subtype/Widget/FT/Sig/T${pdfText(`Seal ${appendix.id}`)}/F 132/Rect[0 0 0 0]/P ${leaf} 0 R/V ${signature} 0 R>>`,
  );
  const empty = emptySeal(appendix.seal, date, appendix.organizationName);
  const hole = movedBy(empty.hole, writer.object(signature, empty.body));
  const { pages, root } = plan;
  writer.object(
    pages.number,
    `<<${pages.entries}\n/Kids[${pages.kids} ${leaf} 0 R]/Count ${pages.count + 1}>>`,
    pages.generation,
  );
  writer.object(root.number, catalog(plan, filespec, widget), root.generation);
  const own = createHash('sha256').update(base).update(appendix.id).digest('hex').slice(0, 32);
  writer.finish(plan, `/ID[<${plan.id || own}><${own}>]`);
  const tail = writer.bytes();
  fillSeal(tail, base.length, hole, createHash(sealDigest).update(base), appendix.seal);
  const sha256 = createHash('sha256').update(base).update(tail).digest('hex');
  return { tail, sha256, attachmentOffset, attachmentLength: data.length };
}

function catalog(plan: AppendPlan, filespec: number, widget: number): string {
  const form = `${plan.form.entries}\n/SigFlags 3/Fields[${plan.form.fields} ${widget} 0 R]`;
  const names = `${plan.names}\n/EmbeddedFiles<</Names[(credential)${filespec} 0 R]>>`;
  return `<<${plan.catalog}\n/AcroForm<<${form}>>/Names<<${names}>>/AF[${filespec} 0 R]>>`;
}
