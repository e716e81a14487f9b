/** Manifests: every column is explained, formulas are texts, and hostile characters break neither format. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { SaxesParser } from 'saxes';
import type { ManifestPiece } from '../../domain/print-plan.ts';
import type { PrintProduct } from '../../domain/print-product.ts';
import { type Manifest, manifestColumns, manifestCsv, manifestXml } from './manifest.ts';

const product = {
  name: 'Letter "8.5 x 11"',
  page: { width: 612, height: 792 },
  stock: 'White 24#',
  color: false,
  duplex: true,
  mailClass: 'First Class',
  productionTime: 'Next Day',
} as PrintProduct;

function pieceNamed(name: string, uniqueId = 'key'): ManifestPiece {
  const address = {
    name,
    organization: '',
    lines: ['1 Main St'],
    city: 'Flint',
    region: 'MI',
    postalCode: '48502',
    country: 'US',
  };
  return {
    seq: 1,
    code: '7-1',
    firstPage: 3,
    lastPage: 4,
    addressLines: [name, '1 Main St', 'Flint MI 48502'],
    returnLines: ['Sender'],
    barcode: '0004000000000000000148502',
    id: '9e7860e3-7c0a-401f-98f6-b98e316934f4',
    uniqueId,
    jobNumber: 12,
    address,
    envelope: { name: '#10', capacity: 5, hasReturnWindow: true },
    sheets: 2,
    pdfFirst: 1,
    pdfLast: 4,
  };
}

const manifestOf = (pieces: ManifestPiece[]): Manifest => ({
  runId: '2c1f1b8e-52cc-4a7c-9a6e-0d1c2b3a4f5e',
  runNumber: 7,
  mailingNumber: 3,
  createdAt: '2026-01-01T00:00:00.000Z',
  product,
  pages: 4,
  sheets: 2,
  pieces,
});
const textOf = (pieces: Iterable<Uint8Array>) => Buffer.concat([...pieces]).toString('utf8');

test('docs/printing.md explains every column', async () => {
  const guide = await readFile(new URL('../../../docs/printing.md', import.meta.url), 'utf8');
  assert.deepEqual(
    Object.keys(manifestColumns).filter((column) => !guide.includes(`\`${column}\``)),
    [],
  );
});

test('CSV: quotes, commas and line ends stay within their cell; formulas are texts', () => {
  const hostile = ['=1+1', '+1', '-1', '@x', ' =1', '\t=1', 'a,"b"', 'two\nlines', 'Žofie'];
  const text = textOf(manifestCsv(manifestOf(hostile.map((name) => pieceNamed(name, name)))));
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  assert.deepEqual(
    rows.map(({ name }) => name),
    hostile.map((name) => (/^\s*[=+\-@]|^\t/.test(name) ? `'${name}` : name)),
  );
  assert.equal(rows[0]?.documentFirst, '3');
  assert.equal(rows[0]?.printedAddress, "'=1+1\n1 Main St\nFlint MI 48502");
});

test('XML: every text comes back as it was, but for what XML cannot hold', () => {
  const hostile = ['<b>&"\'', 'two\nlines\r\ttab', '\u0000\u0001x\uffff', 'A\u{1f600}', ']]>'];
  const seen: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => assert.fail(error));
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'piece') seen.push(attributes.name as string);
    else assert.equal(attributes.pieces, String(hostile.length));
  });
  parser.write(textOf(manifestXml(manifestOf(hostile.map((name) => pieceNamed(name)))))).close();
  assert.deepEqual(
    seen,
    hostile.map((name) => name.replace(/[\u0000\u0001\uffff]/g, '\ufffd')),
  );
});
