/** Print runs as files: every piece its own pages and address, the source's streams as they were, the same bytes every time. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { flate, type Objects, pageObjects, stream, streamPdf, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import type { PlannedPiece } from '../../domain/print-plan.ts';
import type { PrintProduct } from '../../domain/print-product.ts';
import {
  picturesByPdfium,
  piece,
  planOf,
  sizesByPdfium,
  streamsOf,
  textsByPdfium,
  textsByPdfJs,
  written,
} from './print-run.test-support.ts';

/** Twelve pages, each with a word that no other has, in a file with a table and in one with packed objects. */
const sources = {
  'a table': tablePdf(pageObjects(12, 'Canary')),
  'packed objects': streamPdf(pageObjects(12, 'Canary')),
};

const placements: [string, Partial<PrintProduct>, pages: string[]][] = [
  ['separate page, one side', {}, ['@', '1', '2', '3']],
  ['separate page, both sides', { duplex: true }, ['@', '-', '1', '2', '3', '-']],
  ['first page, both sides', { duplex: true, placement: 'first_page' }, ['1@', '2', '3', '-']],
  ['last page, one side', { placement: 'last_page' }, ['1', '2', '3@']],
  ['last page of a card, both sides', { duplex: true, placement: 'last_page', envelopes: [] }, ['1', '2', '3', '@']],
  ['envelope, both sides', { duplex: true, placement: 'envelope' }, ['@', '-', '1', '2', '3', '-']],
];

for (const [name, over, sides] of placements)
  for (const [kind, source] of Object.entries(sources))
    test(`every piece has its own pages and address: ${name}, ${kind}`, async () => {
      const pieces = [1, 2, 3].map((seq) => piece(seq, { firstPage: 3 * seq - 2, lastPage: 3 * seq }));
      const { pdf, run } = await written(source, planOf(pieces, over));
      const expected = pieces.flatMap((one) => sides.map((side) => sideText(one, side)));
      for (const [reader, texts] of [
        ['PDFium', await textsByPdfium(pdf)],
        ['pdf.js', await textsByPdfJs(pdf)],
      ] as const) {
        assert.equal(texts.length, expected.length, reader);
        texts.forEach((text, at) => {
          assert.deepEqual(canaries(text), expected[at], `${reader}, page ${at + 1}: ${text}`);
        });
      }
      assert.equal(run.pages, expected.length);
      assert.equal(run.sheets, over.duplex ? expected.length / 2 : expected.length);
    });

/** The page of the source and the recipient that a side shows. */
function sideText(one: PlannedPiece, side: string): string[] {
  const page = /\d/.exec(side)?.[0];
  return [
    ...(page ? [`page ${one.firstPage - 1 + Number(page)}`] : []),
    ...(side.includes('@') ? [`RECIPIENT ${one.seq}`, one.code] : []),
  ];
}

function canaries(text: string): string[] {
  return [...(/page \d+/.exec(text) ?? []), ...(/RECIPIENT \d+/.exec(text) ?? []), ...(/\b17-\d+/.exec(text) ?? [])];
}

test('qpdf finds nothing wrong', async (t) => {
  if (spawnSync('qpdf', ['--version']).error) return t.skip('qpdf is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'chancery-run-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const source of Object.values(sources)) {
    const pieces = Array.from({ length: 120 }, (_, at) =>
      piece(at + 1, { lastPage: 12, barcode: '0123456709498765432101234' }),
    );
    const { pdf } = await written(source, planOf(pieces, { duplex: true }));
    const file = join(folder, 'run.pdf');
    writeFileSync(file, pdf);
    const { status, stdout, stderr } = spawnSync('qpdf', ['--check', file], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  }
});

test('the same document and plan give the same bytes; another plan gives another id', async () => {
  const plan = planOf([piece(1), piece(2)]);
  const [first, second] = [await written(sources['a table'], plan), await written(sources['a table'], plan)];
  assert.ok(first.pdf.equals(second.pdf));
  const id = (pdf: Buffer) => /\/ID\[<(\w+)>/.exec(pdf.toString('latin1'))?.[1];
  const other = await written(sources['a table'], { ...plan, id: '0190f6c5' });
  assert.notEqual(id(first.pdf), id(other.pdf));
});

test('streams are those of the source byte for byte, once, however many pieces use them', async () => {
  const picture = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7919) % 251));
  const objects: Objects = pageObjects(2);
  objects[4] = '<</Type/Page/Parent 2 0 R/Resources<</XObject<</I 8 0 R>>/Font<</F 3 0 R>>>>/Contents 5 0 R>>';
  objects[8] = stream(
    picture,
    '/Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceRGB/BitsPerComponent 8',
  );
  objects[5] = flate(Buffer.from('q 100 0 0 100 72 72 cm /I Do Q BT /F 24 Tf 72 700 Td (packed) Tj ET'));
  const source = tablePdf(objects);
  const pieces = Array.from({ length: 50 }, (_, at) => piece(at + 1, { lastPage: 2 }));
  const { pdf } = await written(source, planOf(pieces));
  const found = streamsOf(pdf).map(({ data }) => data.toString('latin1'));
  for (const { data } of streamsOf(source))
    assert.equal(found.filter((one) => one === data.toString('latin1')).length, 1);
});

test('what pages share is written once: content, and resources that stand in the page tree', async () => {
  const kids = Array.from({ length: 40 }, (_, at) => `${6 + at} 0 R`).join(' ');
  const names = Array.from({ length: 200 }, (_, at) => `/Font${at} 3 0 R`).join('');
  const objects: Objects = {
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: `<</Type/Pages/Count 40/MediaBox[0 0 612 792]/Kids[${kids}]/Resources<</Font<</F 3 0 R${names}>>>>>>`,
    3: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    4: stream('BT /F 24 Tf 72 700 Td (the same on all pages) Tj ET'),
  };
  for (let at = 0; at < 40; at++) objects[6 + at] = '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>';
  const { pdf } = await written(tablePdf(objects), planOf([piece(1, { lastPage: 40 })], { maxSheets: 99 }));
  const text = pdf.toString('latin1');
  assert.equal(text.split('the same on all pages').length, 2);
  assert.equal(text.split('/Font199').length, 2);
  assert.equal((await textsByPdfium(pdf)).filter((page) => page === 'the same on all pages').length, 40);
});

test('content in several parts is joined; parts may leave the graphics state open or close too much', async () => {
  const objects: Objects = pageObjects(1);
  objects[4] = '<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents[5 0 R 6 0 R 7 0 R 8 0 R]>>';
  objects[5] = stream('q .5 0 0 .5 0 0 cm BT /F 24 Tf 72 700 Td (first) Tj');
  objects[6] = flate(Buffer.from('( second) Tj ET Q Q Q q 3 0 0 3 0 0 cm'));
  objects[7] = stream(
    `${Buffer.from('q BT /F 20 Tf 20 100 Td (third) Tj ET').toString('hex')}>`,
    '/Filter/ASCIIHexDecode',
  );
  objects[8] = stream('');
  const { pdf } = await written(tablePdf(objects), planOf([piece(1)], { placement: 'first_page' }));
  for (const texts of [await textsByPdfium(pdf), await textsByPdfJs(pdf)])
    for (const word of ['first', 'second', 'third', 'RECIPIENT 1']) assert.ok(texts[0]?.includes(word), word);
  // The address stands in its panel, whatever the page left behind.
  const [page] = await picturesByPdfium(pdf, 2);
  assert.ok(inkIn(page, { left: 36, top: 165, width: 120, height: 40 }) > 50);
});

function inkIn(
  page: Awaited<ReturnType<typeof picturesByPdfium>>[number] | undefined,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): number {
  assert.ok(page);
  let count = 0;
  for (let x = left; x < left + width; x += 0.5)
    for (let y = top; y < top + height; y += 0.5) if (page.ink(x, y)) count++;
  return count;
}

test('what a page inherits counts: resources, boxes, rotation', async () => {
  const objects: Objects = {
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: '<</Type/Pages/Count 1/Kids[3 0 R]/Resources<</Font 6 0 R>>/MediaBox[0 0 1000 1000]/Rotate 90>>',
    3: '<</Type/Pages/Parent 2 0 R/Count 1/Kids[4 0 R]/CropBox[100 100 892 712]>>',
    4: '<</Type/Page/Parent 3 0 R/Contents 5 0 R>>',
    5: stream('1 0 0 rg 100 100 50 50 re f BT /F 24 Tf 300 300 Td (inherited) Tj ET 0 0 90 2000 re f'),
    6: '<</F 7 0 R>>',
    7: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  };
  const { pdf } = await written(tablePdf(objects), planOf([piece(1)]));
  assert.match((await textsByPdfium(pdf))[1] ?? '', /inherited/);
  const [, page] = await picturesByPdfium(pdf);
  // Turned clockwise the lower left corner comes to lie at the upper left; outside of the crop box nothing is seen.
  assert.ok(page?.red(25, 25) && !page.red(25, 100) && !page.red(590, 25));
});

test('what hangs on a page without being drawn stays behind', async () => {
  const objects: Objects = pageObjects(3);
  objects[1] = '<</Type/Catalog/Pages 2 0 R/Metadata 30 0 R>>';
  objects[4] =
    '<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>/XObject<</X 31 0 R>>/Properties<</M<</Pg 6 0 R>>>>>>/Contents 5 0 R/Annots[32 0 R]>>';
  objects[30] = stream('<x:xmpmeta>of the document</x:xmpmeta>', '/Type/Metadata/Subtype/XML');
  objects[31] = stream(
    '0 0 1 1 re f',
    '/Subtype/Form/BBox[0 0 1 1]/PieceInfo<</Maker<</Private 33 0 R>>>>/Metadata 30 0 R',
  );
  objects[32] = '<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/F 4/A<</S/URI/URI(https://example.org/secret)>>>>';
  objects[33] = stream('private data of a drawing program');
  const { pdf } = await written(tablePdf(objects), planOf([piece(1)]));
  const text = pdf.toString('latin1');
  for (const word of ['xmpmeta', 'private data', 'example.org', 'page 2']) assert.ok(!text.includes(word), word);
});

test('layers that are off stay off', async () => {
  const objects: Objects = pageObjects(1);
  objects[1] = '<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[9 0 R 10 0 R]/D<</ON[9 0 R]/OFF[10 0 R]>>>>>>';
  objects[4] =
    '<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>/Properties<</On 9 0 R/Off 10 0 R>>>>/Contents 5 0 R>>';
  objects[5] = stream('1 0 0 rg /OC/On BDC 100 600 50 50 re f EMC /OC/Off BDC 300 600 50 50 re f EMC');
  objects[9] = '<</Type/OCG/Name(on)>>';
  objects[10] = '<</Type/OCG/Name(off)>>';
  objects[2] = (objects[2] as string).replace('[0 0 595 842]', '[0 0 612 792]');
  const [, page] = await picturesByPdfium((await written(tablePdf(objects), planOf([piece(1)]))).pdf);
  assert.ok(page?.red(125, 792 - 625) && !page.red(325, 792 - 625));
});

test('addresses in every script are drawn and can be read back', async () => {
  const names = [
    'Zoë Łukasiewicz',
    'Γεώργιος Παπαδόπουλος',
    'Олександр Щербаків',
    'محمد علي',
    'שרה כהן',
    'क्षत्रिय सिंह',
    'นายสมชาย',
    '山田 太郎',
    '김민준',
  ];
  const pieces = names.map((name, at) => piece(at + 1, { addressLines: [name, '1 HIGH STREET', 'UNITED KINGDOM'] }));
  const { pdf } = await written(sources['a table'], planOf(pieces));
  const [pdfium, pdfJs] = [await textsByPdfium(pdf), await textsByPdfJs(pdf)];
  names.forEach((name, at) => {
    assert.ok(pdfium[2 * at]?.includes(name), `PDFium: ${name} in ${pdfium[2 * at]}`);
    assert.ok(pdfJs[2 * at]?.includes(name), `pdf.js: ${name} in ${pdfJs[2 * at]}`);
  });
});

test('a long address is set smaller, so that all of it stays in its panel', async () => {
  const addressLines = [
    'A VERY LONG NAME INDEED THAT GOES ON AND ON OF SOMEBODY',
    ...Array(7).fill('LINE OF THE ADDRESS'),
  ];
  const plan = planOf([piece(1, { addressLines, returnLines: [], barcode: '00270200802005045061' })]);
  const [page] = await picturesByPdfium((await written(sources['a table'], plan)).pdf, 2);
  const { left, top, width, height } = plan.product.recipient;
  const inside = inkIn(page, { left, top, width, height });
  assert.ok(inside > 500);
  assert.equal(inkIn(page, { left: 0, top: 0, width: 611, height: 791 }), inside);
});

for (const turns of [0, 1, 2, 3] as const)
  test(`panels turned by ${turns} quarters keep to their place`, async () => {
    const panel = { left: 200, top: 300, width: 120, height: 220 };
    const plan = planOf([piece(1, { returnLines: [] })], { turns, recipient: panel });
    const { pdf } = await written(sources['a table'], plan);
    const [page] = await picturesByPdfium(pdf, 2);
    const inside = inkIn(page, panel);
    assert.ok(inside > 100);
    assert.equal(inkIn(page, { left: 0, top: 0, width: 611, height: 791 }), inside);
    // What is first in reading stands at the edge that the turn makes the upper one.
    const edge = [
      { ...panel, height: 30 },
      { ...panel, left: panel.left + panel.width - 30, width: 30 },
      { ...panel, top: panel.top + panel.height - 30, height: 30 },
      { ...panel, width: 30 },
    ][turns];
    assert.ok(edge && inkIn(page, edge) > 20);
    assert.match((await textsByPdfium(pdf))[0] ?? '', /RECIPIENT 1/);
  });

test('an envelope that is printed has its own size, and so has its back', async () => {
  const envelopes = [{ name: 'A2', capacity: 1, hasReturnWindow: false, size: { width: 414, height: 315 } }];
  const plan = planOf([piece(1, { lastPage: 2 })], { placement: 'envelope', duplex: true, envelopes, maxSheets: 1 });
  const { pdf, run } = await written(sources['a table'], plan);
  assert.deepEqual(await sizesByPdfium(pdf), [
    [414, 315],
    [414, 315],
    [612, 792],
    [612, 792],
  ]);
  assert.equal(run.sheets, 2);
  assert.match((await textsByPdfium(pdf))[0] ?? '', /ACME INC.*RECIPIENT 1/);
});

test('without a window for it the sender is not printed on the letter', async () => {
  const envelopes = [{ name: 'open', capacity: 6, hasReturnWindow: false }];
  const { pdf } = await written(sources['a table'], planOf([piece(1)], { envelopes, placement: 'first_page' }));
  assert.doesNotMatch((await textsByPdfium(pdf))[0] ?? '', /ACME/);
});

test('a page that the document does not have is refused', async () => {
  await assert.rejects(written(sources['a table'], planOf([piece(1, { firstPage: 12, lastPage: 13 })])), {
    code: 'invalid_input',
  });
});
