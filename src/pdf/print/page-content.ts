/** The content of a source's page as the data of one form: as it was packed where it is one stream, joined where it is several. */

import { constants, deflateSync, inflateSync } from 'node:zlib';
import { assetFault } from '../asset-fault.ts';
import { isArray, isDict } from '../upload/cross-references.ts';
import type { PdfDict, PdfValue } from '../upload/pdf-syntax.ts';
import type { PdfObject, UploadedPdf } from '../upload/uploaded-pdf.ts';

/** Of one page's content. */
const mostUnpacked = 200_000_000;

export interface PageContent {
  /** The stream whose entries say how the data is packed; undefined where it is packed by us. */
  dict: PdfDict | undefined;
  data: Uint8Array;
}

export async function pageContent(pdf: UploadedPdf, page: PdfDict): Promise<PageContent> {
  const streams = partsOf(pdf, page.entries.get('Contents')?.value);
  const [only] = streams;
  if (streams.length === 1 && only) return { dict: only.dict, data: only.data };
  const plain: Uint8Array[] = [];
  let left = mostUnpacked;
  for (const part of streams) {
    const bytes = await unpacked(pdf, part, left);
    left -= bytes.length;
    // Parts are cut between words, with nothing in between.
    plain.push(bytes, Buffer.from('\n'));
  }
  return { dict: undefined, data: deflateSync(Buffer.concat(plain)) };
}

interface Part {
  dict: PdfDict;
  data: Buffer;
}

function partsOf(pdf: UploadedPdf, contents: PdfValue | undefined): Part[] {
  const items = pdf.items(contents) ?? [contents ?? null];
  return items.flatMap((item): Part[] => {
    const object = streamObject(pdf, item);
    return object?.data && isDict(object.value) ? [{ dict: object.value, data: object.data }] : [];
  });
}

export function streamObject(pdf: UploadedPdf, value: PdfValue | undefined): PdfObject | undefined {
  let object: PdfObject | undefined;
  let found = value ?? null;
  for (let steps = 0; steps < 20 && typeof found === 'object' && found?.kind === 'ref'; steps++) {
    object = pdf.object(found.number);
    found = object?.value ?? null;
  }
  return object;
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
