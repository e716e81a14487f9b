/** Files attached to a foreign PDF, found through the catalog's name tree and its associated files. */

import { type PDFDict, PDFHexString, PDFName, type PDFObject, PDFRawStream, PDFString } from '@cantoo/pdf-lib';
import { ForeignPdf, name } from './foreign-pdf.ts';

/** A document of ours may be an upload of 200,000 objects. */
const limits = { nodes: 1_000, bytes: 20_000_000, reads: 60_000_000, unpacked: 100_000_000 };

export interface Attachment {
  name: string;
  data: Uint8Array;
}

/** The attachment of that name, or the first one; undefined where there is none that can be read. */
export async function foreignAttachment(data: Uint8Array, wanted?: string): Promise<Attachment | undefined> {
  const pdf = await ForeignPdf.open(data, limits);
  for (const specification of specifications(pdf)) {
    const title = [specification.get(name('UF')), specification.get(name('F'))]
      .map((one) => textOf(pdf.look(one)))
      .find((one) => one !== undefined);
    if (title === undefined || (wanted !== undefined && title !== wanted)) continue;
    const files = pdf.dict(specification.get(name('EF')));
    const stream = pdf.look(files?.get(name('UF')) ?? files?.get(name('F')));
    if (!(stream instanceof PDFRawStream)) continue;
    const bytes = pdf.decode(stream);
    if (bytes.length <= limits.bytes) return { name: title, data: new Uint8Array(bytes) };
  }
  return undefined;
}

function* specifications(pdf: ForeignPdf): Generator<PDFDict> {
  for (const one of pdf
    .array(pdf.catalog.get(name('AF')))
    ?.asArray()
    .slice(0, limits.nodes) ?? []) {
    const specification = pdf.dict(one);
    if (specification) yield specification;
  }
  const names = pdf.dict(pdf.catalog.get(name('Names')));
  const open = [pdf.dict(names?.get(name('EmbeddedFiles')))];
  for (let seen = 0; open.length > 0 && seen < limits.nodes; seen++) {
    const node = open.shift();
    const leaves =
      pdf
        .array(node?.get(name('Names')))
        ?.asArray()
        .slice(0, 2 * limits.nodes) ?? [];
    for (let at = 1; at < leaves.length; at += 2) {
      const specification = pdf.dict(leaves[at]);
      if (specification) yield specification;
    }
    for (const kid of pdf
      .array(node?.get(name('Kids')))
      ?.asArray()
      .slice(0, limits.nodes) ?? [])
      open.push(pdf.dict(kid));
  }
}

function textOf(object: PDFObject | undefined): string | undefined {
  if (object instanceof PDFString || object instanceof PDFHexString) return object.decodeText();
  return object instanceof PDFName ? object.decodeText() : undefined;
}
