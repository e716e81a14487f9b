/** What in a PDF does something by itself or carries something else: every object the index names is looked at, used or not. */

import { constants, inflateSync } from 'node:zlib';
import { assetFault, quoted } from '../asset-fault.ts';
import { isArray, isDict, isName } from './cross-references.ts';
import type { PdfDict, PdfValue } from './pdf-syntax.ts';
import type { UploadedPdf } from './uploaded-pdf.ts';

/** All packed streams together. */
const mostUnpacked = 500_000_000;
const mostPixels = 100_000_000;

/** Actions that do more than turn a page (ISO 32000-1, 12.6.4). */
const actions = new Set([
  ...['JavaScript', 'Launch', 'SubmitForm', 'ImportData', 'GoToR', 'GoToE', 'Rendition', 'Movie', 'Sound'],
  ...['RichMediaExecute', 'GoTo3DView', 'SetOCGState', 'Hide', 'ResetForm', 'Thread'],
]);
const subtypes = new Set(['FileAttachment', 'RichMedia', 'Screen', 'Movie', 'Sound', '3D', 'PS']);

const active = (what: string) =>
  assetFault(`the PDF contains ${what}, which a certificate must not; print it to a new PDF`);

/** Throws `invalid_input` for the first thing found. */
export function refuseActiveContent(pdf: UploadedPdf): void {
  const catalog = pdf.dict(pdf.index.trailer.entries.get('Root')?.value);
  refuseOpenAction(pdf, catalog);
  const budget = { left: mostUnpacked };
  for (const number of pdf.numbers()) {
    const { value = null, data } = pdf.object(number) ?? {};
    walk(pdf, value);
    if (data && isDict(value)) judgeStream(pdf, value, data, budget);
  }
}

/** A place to begin reading at is harmless; anything else happens to the reader. */
function refuseOpenAction(pdf: UploadedPdf, catalog: PdfDict | undefined): void {
  const action = pdf.get(catalog, 'OpenAction');
  if (isDict(action) && pdf.name(action, 'S') !== 'GoTo')
    throw active(`an action on opening (${quoted(pdf.name(action, 'S') ?? '?')})`);
}

function walk(pdf: UploadedPdf, value: PdfValue): void {
  if (isArray(value)) for (const one of value.items) walk(pdf, one);
  if (!isDict(value)) return;
  judgeDict(pdf, value);
  for (const { value: inner } of value.entries.values()) walk(pdf, inner);
}

function judgeDict(pdf: UploadedPdf, dict: PdfDict): void {
  const { entries } = dict;
  const action = pdf.name(dict, 'S');
  if (action !== undefined && actions.has(action)) throw active(`an action (${quoted(action)})`);
  const subtype = pdf.name(dict, 'Subtype');
  if (subtype !== undefined && subtypes.has(subtype)) throw active(quoted(subtype));
  if (pdf.name(dict, 'Type') === 'EmbeddedFile' || isDict(pdf.get(dict, 'EF'))) throw active('an attached file');
  if (entries.has('JS') && !isDict(entries.get('JS')?.value)) throw active('JavaScript');
  if (entries.has('XFA') && !(pdf.get(dict, 'XFA') === null)) throw active('an XFA form');
  if (entries.has('Collection') && pdf.name(dict, 'Type') === 'Catalog') throw active('a portfolio of files');
  const triggers = pdf.dict(entries.get('AA')?.value);
  for (const { value } of triggers?.entries.values() ?? [])
    if (pdf.name(pdf.dict(value), 'S') !== undefined) throw active('an action that nobody asked for');
  if (action === 'URI') judgeLink(pdf, dict);
}

function judgeLink(pdf: UploadedPdf, dict: PdfDict): void {
  const uri = pdf.get(dict, 'URI');
  const text = typeof uri === 'object' && uri?.kind === 'string' ? uri.text.trim() : '';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && !['http', 'https', 'mailto', 'tel'].includes(scheme))
    throw active(`a link of the kind ${quoted(scheme)}`);
}

function judgeStream(pdf: UploadedPdf, dict: PdfDict, data: Buffer, budget: { left: number }): void {
  if (['F', 'FFilter', 'FDecodeParms'].some((key) => dict.entries.has(key)))
    throw assetFault('the PDF refers to other files; print it to a new PDF');
  const filters = pdf.filters(dict);
  const flates = filters.filter((filter) => filter === 'FlateDecode').length;
  if (filters.length > 3 || flates > 1) throw assetFault('the PDF is packed several times over; print it to a new PDF');
  if (filters.includes('Crypt')) throw assetFault('the PDF is encrypted; save it without a password or restrictions');
  if (filters[0] === 'FlateDecode') budget.left -= unpackedLength(data, budget.left);
  const [width, height] = [pdf.number(dict, 'Width') ?? 1, pdf.number(dict, 'Height') ?? 1];
  if (isName(pdf.get(dict, 'Subtype')) && pdf.name(dict, 'Subtype') === 'Image' && !(width * height <= mostPixels))
    throw assetFault('a picture in the PDF has more than 100 million pixels; make it smaller');
}

/** A damaged picture is the viewer's business; only the size is ours. */
function unpackedLength(data: Buffer, most: number): number {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, most), finishFlush: constants.Z_SYNC_FLUSH }).length;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return 0;
    throw assetFault('the PDF unpacks to far more than its size; print it to a new PDF');
  }
}
