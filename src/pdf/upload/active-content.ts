/** What in a PDF does something by itself or carries something else: every object the index names is looked at, used or not. */

import { constants, inflateSync } from 'node:zlib';
import { assetFault, quoted } from '../asset-fault.ts';
import { withoutArmour } from './armour.ts';
import { isArray, isDict } from './cross-references.ts';
import type { PdfLimits } from './pdf-limits.ts';
import type { PdfDict, PdfValue } from './pdf-syntax.ts';
import type { UploadedPdf } from './uploaded-pdf.ts';

const packing = new Set(['FlateDecode', 'LZWDecode', 'RunLengthDecode']);
const mostPixels = 100_000_000;
/** Bytes of pictures that are looked into where pictures are believed, and how much more than their pixels they may hold. */
const lookedInto = { most: 16_000_000, slack: 65_536 };

/** Actions that do more than turn a page (ISO 32000-1, 12.6.4). */
const actions = new Set([
  ...['JavaScript', 'Launch', 'SubmitForm', 'ImportData', 'Rendition', 'Movie', 'Sound'],
  ...['RichMediaExecute', 'GoTo3DView', 'SetOCGState', 'Hide', 'ResetForm'],
]);
const subtypes = new Set(['RichMedia', 'Screen', 'Movie', 'Sound', '3D', 'PS']);
/** What only somebody at a screen can follow or open. */
const linkActions = new Set(['GoToR', 'GoToE', 'Thread']);

interface Judging {
  pdf: UploadedPdf;
  limits: PdfLimits;
  /** Bytes that may still be unpacked. */
  left: number;
}

const active = ({ limits }: Judging, what: string) =>
  assetFault(`the PDF contains ${what}, which a ${limits.what} must not; print it to a new PDF`);

/** Throws `invalid_input` for the first thing found. */
export function refuseActiveContent(pdf: UploadedPdf, limits: PdfLimits): void {
  const judging: Judging = { pdf, limits, left: limits.unpacked };
  const catalog = pdf.dict(pdf.index.trailer.entries.get('Root')?.value);
  refuseOpenAction(judging, catalog);
  for (const number of pdf.numbers()) {
    const { value = null, data } = pdf.read(number) ?? {};
    walk(judging, value);
    if (data && isDict(value)) judgeStream(judging, value, data);
  }
}

/** A place to begin reading at is harmless; anything else happens to the reader. */
function refuseOpenAction(judging: Judging, catalog: PdfDict | undefined): void {
  const { pdf } = judging;
  const action = pdf.get(catalog, 'OpenAction');
  if (isDict(action) && pdf.name(action, 'S') !== 'GoTo')
    throw active(judging, `an action on opening (${quoted(pdf.name(action, 'S') ?? '?')})`);
}

function walk(judging: Judging, value: PdfValue): void {
  if (isArray(value)) for (const one of value.items) walk(judging, one);
  if (!isDict(value)) return;
  judgeDict(judging, value);
  for (const { value: inner } of value.entries.values()) walk(judging, inner);
}

function judgeDict(judging: Judging, dict: PdfDict): void {
  const { pdf } = judging;
  const { entries } = dict;
  const action = pdf.name(dict, 'S');
  if (action !== undefined && actions.has(action)) throw active(judging, `an action (${quoted(action)})`);
  const subtype = pdf.name(dict, 'Subtype');
  if (subtype !== undefined && subtypes.has(subtype)) throw active(judging, quoted(subtype));
  if (entries.has('JS') && !isDict(entries.get('JS')?.value)) throw active(judging, 'JavaScript');
  if (entries.has('XFA') && !(pdf.get(dict, 'XFA') === null)) throw active(judging, 'an XFA form');
  if (entries.has('Collection') && pdf.name(dict, 'Type') === 'Catalog') throw active(judging, 'a portfolio of files');
  const triggers = pdf.dict(entries.get('AA')?.value);
  for (const { value } of triggers?.entries.values() ?? [])
    if (pdf.name(pdf.dict(value), 'S') !== undefined) throw active(judging, 'an action that nobody asked for');
  if (!judging.limits.onPaper) judgeOnScreen(judging, dict, action, subtype);
}

function judgeOnScreen(judging: Judging, dict: PdfDict, action: string | undefined, subtype: string | undefined): void {
  const { pdf } = judging;
  if (action !== undefined && linkActions.has(action)) throw active(judging, `an action (${quoted(action)})`);
  if (subtype === 'FileAttachment') throw active(judging, quoted(subtype));
  if (pdf.name(dict, 'Type') === 'EmbeddedFile' || isDict(pdf.get(dict, 'EF')))
    throw active(judging, 'an attached file');
  if (action === 'URI') judgeLink(judging, pdf.get(dict, 'URI'));
  // What every link of the file that names no kind begins with.
  if (pdf.name(dict, 'Type') === 'Catalog')
    judgeLink(judging, pdf.get(pdf.dict(dict.entries.get('URI')?.value), 'Base'));
}

/** Viewers skip what cannot stand in an address. */
function judgeLink(judging: Judging, uri: PdfValue): void {
  const text = typeof uri === 'object' && uri?.kind === 'string' ? uri.text.replace(/[^\x21-\x7e]/g, '') : '';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && !['http', 'https', 'mailto', 'tel'].includes(scheme))
    throw active(judging, `a link of the kind ${quoted(scheme)}`);
}

function judgeStream(judging: Judging, dict: PdfDict, data: Buffer): void {
  const { pdf, limits } = judging;
  if (['F', 'FFilter', 'FDecodeParms'].some((key) => dict.entries.has(key)))
    throw assetFault('the PDF refers to other files; print it to a new PDF');
  const filters = pdf.filters(dict);
  if (filters.length > 3 || filters.filter((filter) => packing.has(filter)).length > 1)
    throw assetFault('the PDF is packed several times over; print it to a new PDF');
  if (filters.includes('Crypt')) throw assetFault('the PDF is encrypted; save it without a password or restrictions');
  const pixels = pdf.name(dict, 'Subtype') === 'Image' ? pixelsOf(pdf, dict) : undefined;
  if (pixels !== undefined && !(pixels <= mostPixels))
    throw assetFault('a picture in the PDF has more than 100 million pixels; make it smaller');
  const flate = filters.indexOf('FlateDecode');
  if (flate < 0) return;
  const packed = withoutArmour(data, filters.slice(0, flate));
  if (pixels === undefined || limits.picturesCount)
    judging.left -= unpackedLength(packed, Math.min(judging.left, limits.oneStream));
  // Eight bytes a pixel: four colours of sixteen bits.
  else if (8 * pixels <= lookedInto.most) unpackedLength(packed, 8 * pixels + lookedInto.slack);
}

const pixelsOf = (pdf: UploadedPdf, dict: PdfDict) =>
  (pdf.number(dict, 'Width') ?? 1) * (pdf.number(dict, 'Height') ?? 1);

/** A damaged picture is the viewer's business; only the size is ours. */
function unpackedLength(data: Buffer, most: number): number {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, most), finishFlush: constants.Z_SYNC_FLUSH }).length;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return 0;
    throw assetFault('the PDF unpacks to far more than its size; print it to a new PDF');
  }
}
