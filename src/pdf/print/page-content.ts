/** The content of a page: the streams it is made of, and several of them joined into one. */

import { constants, deflateSync, inflateSync } from 'node:zlib';
import { assetFault } from '../asset-fault.ts';
import { isArray, isDict } from '../upload/cross-references.ts';
import type { PdfDict, PdfValue } from '../upload/pdf-syntax.ts';
import type { UploadedPdf } from '../upload/uploaded-pdf.ts';

/** Of one page's content. */
const mostUnpacked = 200_000_000;

export interface Part {
  /** Of its object. */
  number: number;
  dict: PdfDict;
  data: Buffer;
}

/** The streams a page's content is made of, in order; viewers pass over what is none. */
export function partsOf(pdf: UploadedPdf, page: PdfDict): Part[] {
  const contents = page.entries.get('Contents')?.value;
  const items = pdf.items(contents) ?? [contents ?? null];
  return items.flatMap((item): Part[] => {
    const number = lastReference(pdf, item);
    const object = number === undefined ? undefined : pdf.object(number);
    return number !== undefined && object?.data && isDict(object.value)
      ? [{ number, dict: object.value, data: object.data }]
      : [];
  });
}

/** The object at the end of references to references. */
function lastReference(pdf: UploadedPdf, value: PdfValue): number | undefined {
  let number: number | undefined;
  for (let found = value, steps = 0; steps < 20 && typeof found === 'object' && found?.kind === 'ref'; steps++) {
    number = found.number;
    found = pdf.object(number)?.value ?? null;
  }
  return number;
}

/** `length`: of what was packed. */
export async function joinedContent(
  pdf: UploadedPdf,
  parts: readonly Part[],
): Promise<{ packed: Uint8Array; length: number }> {
  const plain: Uint8Array[] = [];
  let left = mostUnpacked;
  for (const part of parts) {
    const bytes = await unpacked(pdf, part, left);
    left -= bytes.length;
    // Parts are cut between words, with nothing in between.
    plain.push(bytes, Buffer.from('\n'));
  }
  const whole = Buffer.concat(plain);
  return { packed: deflateSync(whole), length: whole.length };
}

async function unpacked(pdf: UploadedPdf, { dict, data }: Part, most: number): Promise<Uint8Array> {
  const filters = pdf.filters(dict);
  const hasParms = pdf.get(dict, 'DecodeParms') !== null;
  if (filters.length === 0) return data;
  if (filters.length === 1 && filters[0] === 'FlateDecode' && !hasParms) return inflated(data, most);
  if (data.length > most / 100) throw unusual();
  return decoded(pdf, dict, data, filters);
}

/** As viewers do: what can be read of damaged data is shown. */
function inflated(data: Uint8Array, most: number): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, most), finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    throw assetFault('the content of a page cannot be unpacked; print it to a new PDF');
  }
}

/** The filters of old programs; the library that knows them takes a second to load. */
async function decoded(pdf: UploadedPdf, dict: PdfDict, data: Buffer, filters: string[]): Promise<Uint8Array> {
  const { PDFContext, PDFRawStream, decodePDFRawStream } = await import('@cantoo/pdf-lib');
  const literal = PDFContext.create().obj({
    Filter: filters,
    DecodeParms: filters.map((_, at) => earlyChange(pdf, dict, at)),
  });
  try {
    return decodePDFRawStream(PDFRawStream.of(literal, data)).decode();
  } catch {
    throw unusual();
  }
}

/** The one parameter of a filter that text may have; predictors are for pictures. */
function earlyChange(pdf: UploadedPdf, dict: PdfDict, at: number): { EarlyChange: number } {
  const found = pdf.get(dict, 'DecodeParms');
  const parms = isArray(found) ? pdf.dict(found.items[at]) : pdf.dict(found);
  if ((pdf.number(parms, 'Predictor') ?? 1) > 1) throw unusual();
  return { EarlyChange: pdf.number(parms, 'EarlyChange') ?? 1 };
}

const unusual = () => assetFault('the content of a page is packed in an unusual way; print it to a new PDF');
