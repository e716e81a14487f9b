/** What a carrier must know of a print run and its pieces besides the PDF, as CSV and as XML; the same facts always give the same bytes. */

import type { ManifestPiece } from '../../domain/print-plan.ts';
import type { PrintProduct } from '../../domain/print-product.ts';

export interface Manifest {
  runId: string;
  runNumber: number;
  mailingNumber: number;
  /** ISO time. */
  createdAt: string;
  product: PrintProduct;
  pages: number;
  sheets: number;
  pieces: ManifestPiece[];
}

type Cell = string | number;

/** Column of the CSV, attribute of the XML -> its value; `docs/printing.md` explains each. */
export const manifestColumns: Record<string, (piece: ManifestPiece, manifest: Manifest) => Cell> = {
  run: (_, { runNumber }) => runNumber,
  sequence: ({ seq }) => seq,
  code: ({ code }) => code,
  pieceId: ({ id }) => id,
  mailing: (_, { mailingNumber }) => mailingNumber,
  job: ({ jobNumber }) => jobNumber,
  uniqueId: ({ uniqueId }) => uniqueId,
  pdfFirst: ({ pdfFirst }) => pdfFirst,
  pdfLast: ({ pdfLast }) => pdfLast,
  sheets: ({ sheets }) => sheets,
  documentFirst: ({ firstPage }) => firstPage,
  documentLast: ({ lastPage }) => lastPage,
  product: (_, { product }) => product.name,
  stock: (_, { product }) => product.stock,
  widthInches: (_, { product }) => inches(product.page.width),
  heightInches: (_, { product }) => inches(product.page.height),
  color: (_, { product }) => (product.color ? 'color' : 'monochrome'),
  sides: (_, { product }) => (product.duplex ? 'both' : 'one'),
  envelope: ({ envelope }) => envelope?.name ?? '',
  mailClass: (_, { product }) => product.mailClass,
  productionTime: (_, { product }) => product.productionTime,
  barcode: ({ barcode }) => barcode,
  name: ({ address }) => address.name,
  organization: ({ address }) => address.organization,
  address1: ({ address }) => address.lines[0] ?? '',
  address2: ({ address }) => address.lines[1] ?? '',
  address3: ({ address }) => address.lines[2] ?? '',
  city: ({ address }) => address.city,
  region: ({ address }) => address.region,
  postalCode: ({ address }) => address.postalCode,
  country: ({ address }) => address.country,
  printedAddress: ({ addressLines }) => addressLines.join('\n'),
  returnAddress: ({ returnLines }) => returnLines.join('\n'),
};

const inches = (points: number) => Number((points / 72).toFixed(4));

/** RFC 4180, UTF-8. What a spreadsheet would take for a formula, full-width signs included, begins with an apostrophe. */
export function* manifestCsv(manifest: Manifest): Generator<Uint8Array> {
  yield csvLine(Object.keys(manifestColumns));
  for (const piece of manifest.pieces)
    yield csvLine(Object.values(manifestColumns).map((cellOf) => cellOf(piece, manifest)));
}

function csvLine(cells: readonly Cell[]): Uint8Array {
  return Buffer.from(`${cells.map(csvCell).join(',')}\r\n`);
}

function csvCell(value: Cell): string {
  if (typeof value === 'number') return String(value);
  const harmless = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function* manifestXml(manifest: Manifest): Generator<Uint8Array> {
  const { runId, runNumber, mailingNumber, createdAt, product, pages, sheets, pieces } = manifest;
  const run = {
    number: runNumber,
    id: runId,
    mailing: mailingNumber,
    createdAt,
    product: product.name,
    pieces: pieces.length,
    pages,
    sheets,
  };
  yield Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<printRun${attributes(run)}>\n`);
  for (const piece of pieces) {
    const values = Object.entries(manifestColumns).map(([name, cellOf]) => [name, cellOf(piece, manifest)]);
    yield Buffer.from(`  <piece${attributes(Object.fromEntries(values))}/>\n`);
  }
  yield Buffer.from('</printRun>\n');
}

function attributes(values: Record<string, Cell>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML cannot hold at all becomes a visible stand-in; line ends are kept. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"]/g, (character) => entities[character] as string)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[^\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
