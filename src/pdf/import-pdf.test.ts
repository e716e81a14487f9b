import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { PDFDocument, rgb } from '@cantoo/pdf-lib';
import { drawn, pdfFile, refusal } from './drawn-art.test-support.ts';
import { extractAttachment } from './extract-attachment.ts';
import { readForeignPdf } from './foreign-reader.ts';
import { importArt } from './import-art.ts';
import { importPdf } from './import-pdf.ts';

const stream = (content: string | Buffer, entries = '') =>
  Buffer.concat([
    Buffer.from(`<<${entries}/Length ${content.length}>>stream\n`),
    Buffer.from(content),
    Buffer.from('\nendstream'),
  ]);
/** A page 200 by 100 with this content and these resources; more objects count from 5. */
const page = (
  content: string | Buffer,
  resources = '',
  more: (string | Buffer)[] = [],
  { entries = '', catalog = '' } = {},
) =>
  pdfFile([
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 100]>>',
    `<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<${resources}>>${entries}>>`,
    typeof content === 'string' ? stream(content) : content,
    ...more,
  ]);
const corner = '1 0 0 rg 0 0 100 50 re f';
const written = async (data: Uint8Array, number?: number) =>
  Buffer.concat((await importPdf(data, number)).write((n) => n + 5)).toString('latin1');

test('a page becomes a form of its size, drawn as it was, with the same bytes every time', async () => {
  const art = await importPdf(page(corner));
  assert.deepEqual([art.kind, art.widthPt, art.heightPt], ['form', 200, 100]);
  const pixel = await drawn(art);
  assert.deepEqual([pixel(0.2, 0.8), pixel(0.8, 0.8), pixel(0.2, 0.2)], ['ff0000', 'ffffff', 'ffffff']);
  assert.equal(await written(page(corner)), await written(page(corner)));
});

test('rotation, crop box and user unit are respected', async () => {
  const where = async (entries: string) => {
    const art = await importPdf(page(corner, '', [], { entries }));
    const pixel = await drawn(art);
    const corners = [pixel(0.2, 0.2), pixel(0.8, 0.2), pixel(0.2, 0.8), pixel(0.8, 0.8)];
    return [art.widthPt, art.heightPt, corners.indexOf('ff0000')];
  };
  assert.deepEqual(await where(''), [200, 100, 2]);
  assert.deepEqual(await where('/Rotate 90'), [100, 200, 0]);
  assert.deepEqual(await where('/Rotate 180'), [200, 100, 1]);
  assert.deepEqual(await where('/Rotate -90'), [100, 200, 3]);
  assert.deepEqual(await where('/CropBox[50 25 150 75]/Rotate 90'), [50, 100, 0]);
  assert.deepEqual(await where('/CropBox[-500 -500 900 900]/UserUnit 2'), [400, 200, 2]);
});

test('a page out of compressed object streams is taken over, and the page asked for', async () => {
  const document = await PDFDocument.create();
  document.addPage([50, 50]);
  document.addPage([300, 100]).drawRectangle({ x: 0, y: 0, width: 300, height: 100, color: rgb(0, 0, 1) });
  const data = await document.save({ useObjectStreams: true });
  const art = await importArt('application/pdf', data, { page: 2 });
  assert.equal(art.widthPt, 300);
  assert.equal((await drawn(art))(0.5, 0.5), '0000ff');
  assert.match(await refusal(() => importPdf(data, 3)), /no page 3; it has 2/);
});

test('only what the page uses comes along, with nested forms, patterns and masks', async () => {
  const more = [
    stream('/F0 Do', '/Type/XObject/Subtype/Form/BBox[0 0 200 100]/Resources<</XObject<</F0 6 0 R/Unused 7 0 R>>>>'),
    stream('0 1 0 rg 0 0 200 100 re f', '/Type/XObject/Subtype/Form/BBox[0 0 200 100]'),
    stream('UNUSED', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]'),
  ];
  const data = page(
    'q /A Do Q',
    '/XObject<</A 5 0 R>>/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>',
    more,
  );
  const art = await importPdf(data);
  assert.equal((await drawn(art))(0.5, 0.5), '00ff00');
  const text = await written(data);
  assert.ok(!text.includes('UNUSED') && !text.includes('Helvetica'));
  assert.equal(art.count, 4);
});

test('scripts, launches, links, attachments and annotations stay behind', async () => {
  const more = [
    '<</S/JavaScript/JS(app.alert(1))>>',
    '<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://evil.example)>>>>',
  ];
  const text = await written(
    page(corner, '', more, {
      entries: '/AA<</O 5 0 R>>/Annots[6 0 R]/Metadata 5 0 R',
      catalog: '/OpenAction 5 0 R/Names<</JavaScript<</Names[(a) 5 0 R]>>>>',
    }),
  );
  for (const word of ['JavaScript', 'alert', 'URI', 'evil', 'Annot', 'OpenAction', 'Metadata'])
    assert.ok(!text.includes(word), word);
  for (const action of [
    '<</S/Launch/F(cmd.exe)>>',
    '<</S/JavaScript/JS(1)>>',
    '<</Type/Filespec/F(a)/EF<</F 5 0 R>>>>',
  ])
    assert.match(
      await refusal(() => importPdf(page('/G gs', '/ExtGState<</G<</Type/ExtGState/X 5 0 R>>>>', [action]))),
      /contains/,
    );
});

test('fonts must be embedded, Type 3 glyphs are followed', async () => {
  const text = 'BT /F1 12 Tf (Ada) Tj ET';
  const bare = '<</Type/Font/Subtype/TrueType/BaseFont/Arial>>';
  assert.match(await refusal(() => importPdf(page(text, '/Font<</F1 5 0 R>>', [bare]))), /"Arial".*embedded/);
  const descendant = '<</Type/Font/Subtype/CIDFontType2/BaseFont/Arial/FontDescriptor<</Type/FontDescriptor>>>>';
  const outer = '<</Type/Font/Subtype/Type0/BaseFont/Arial/DescendantFonts[6 0 R]>>';
  assert.match(
    await refusal(() => importPdf(page(text, '/Font<</F1 5 0 R>>', [outer, descendant]))),
    /"Arial".*embedded/,
  );
  const embedded =
    '<</Type/Font/Subtype/TrueType/BaseFont/Arial/FontDescriptor<</Type/FontDescriptor/FontFile2 6 0 R>>>>';
  assert.match(await written(page(text, '/Font<</F1 5 0 R>>', [embedded, stream('font program')])), /font program/);
  const type3 =
    '<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 65/LastChar 65/Widths[1]/Encoding<</Differences[65/A]>>/CharProcs<</A 6 0 R>>/Resources<<>>>>';
  const drawnGlyph = await importPdf(
    page('BT 1 0 0 rg /F1 100 Tf (A) Tj ET', '/Font<</F1 5 0 R>>', [type3, stream('1 0 0 0 1 1 d1 0 0 1 1 re f')]),
  );
  assert.equal((await drawn(drawnGlyph))(0.2, 0.5), 'ff0000');
});

test('CMYK, hidden layers and foreign files are refused with the remedy', async () => {
  for (const [content, resources] of [
    ['0 1 1 0 k 0 0 9 9 re f', ''],
    ['/CS0 cs 0 scn', '/ColorSpace<</CS0[/Separation/Gold/DeviceCMYK 5 0 R]>>'],
    ['/I Do', '/XObject<</I 5 0 R>>'],
    ['BI /W 1 /H 1 /CS /CMYK /BPC 8 ID abcd EI', ''],
  ] as const)
    assert.match(
      await refusal(() =>
        importPdf(
          page(content, resources, [
            stream('x', '/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceCMYK/BitsPerComponent 8'),
          ]),
        ),
      ),
      /CMYK.*RGB/,
    );
  assert.match(
    await refusal(() =>
      importPdf(
        page('/OC /L BDC EMC', '/Properties<</L 5 0 R>>', ['<</Type/OCG/Name(L)>>'], {
          catalog: '/OCProperties<</D<</OFF[5 0 R]>>>>',
        }),
      ),
    ),
    /layers/,
  );
  assert.match(
    await refusal(() =>
      importPdf(page('/I Do', '/XObject<</I 5 0 R>>', [stream('', '/Subtype/Image/F(/etc/passwd)')])),
    ),
    /other files/,
  );
  assert.match(
    await refusal(() =>
      importPdf(page('/I Do', '/XObject<</I 5 0 R>>', [stream('', '/Subtype/Image/Width 30000/Height 30000')])),
    ),
    /40 million/,
  );
});

test('encrypted, truncated, foreign and lying files are refused', async () => {
  const document = await PDFDocument.create();
  document.addPage();
  document.encrypt({ userPassword: 'secret', ownerPassword: 'owner' });
  assert.match(await refusal(async () => importPdf(await document.save())), /encrypted/);
  const whole = page(corner);
  for (const part of [0, 5, 60, 150]) await refusal(() => importPdf(whole.subarray(0, part)));
  for (const text of ['<html>%PDF-1.7', 'PK\u0003\u0004', '%PDF-1.7'])
    await refusal(() => importPdf(Buffer.concat([Buffer.from(text), Buffer.alloc(0)])));
  assert.match(await refusal(() => importPdf(Buffer.concat([Buffer.from('junk'), whole]))), /not a PDF/);
  const lying = Buffer.from(whole.toString('latin1').replace('/Count 1', '/Count 9'), 'latin1');
  assert.match(await refusal(() => importPdf(lying, 9)), /it has 1/);
  const tree = (pages: string) =>
    pdfFile(['<</Type/Catalog/Pages 2 0 R>>', pages, '<</Type/Page/MediaBox[0 0 1000000000 9]>>']);
  assert.match(await refusal(() => importPdf(tree('<</Kids[2 0 R]/Count 1>>'))), /circle/);
  assert.match(await refusal(() => importPdf(tree('<</Kids[3 0 R]/Count 1>>'))), /page/);
  await refusal(() => importPdf(tree('<</Kids[99 0 R]>>')));
  await refusal(() => importPdf(Buffer.alloc(20_000_001)));
});

test('files that unpack or nest without bound are refused', async () => {
  const zeros = deflateSync(Buffer.alloc(150_000_000, 0x20), { level: 9 });
  assert.match(await refusal(() => importPdf(page(stream(zeros, '/Filter/FlateDecode')))), /20 MB/);
  const twice = deflateSync(zeros, { level: 9 });
  assert.match(await refusal(() => importPdf(page(stream(twice, '/Filter[/FlateDecode/FlateDecode]')))), /20 MB/);
  // Compressed objects are read while parsing, before any check of ours could look at them.
  const objects = page(corner, '', [stream(zeros, '/Type/ObjStm/N 1/First 4/Filter/FlateDecode')]);
  assert.match(await refusal(() => importPdf(objects)), /20 MB/);
  const entries = page(corner, '', [stream('', '/Type/XRef/Size 9/W[1 1 1]/Index[0 1000000000]')]);
  assert.ok((await importPdf(entries)).count > 0);
  const deep = page('/G gs', `/ExtGState<</G ${'['.repeat(50_000)}${']'.repeat(50_000)}>>`);
  await refusal(() => importPdf(deep));
  const loop = stream('/A Do', '/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 5 0 R>>>>');
  assert.equal((await importPdf(page('/A Do', '/XObject<</A 5 0 R>>', [loop]))).count, 3);
});

test('a file that keeps the reader busy is given up, and the next one is read', async () => {
  const busy = Buffer.from(`%PDF-1.7\n${'1 0 obj '.repeat(1_000_000)}`);
  const [hog, good] = await Promise.allSettled([
    refusal(() => readForeignPdf({ task: 'art', data: busy, page: 1 }, 200)),
    importPdf(page(corner)),
  ]);
  assert.match(hog.status === 'fulfilled' ? hog.value : String(hog.reason), /too long/);
  assert.equal(good.status === 'fulfilled' && good.value.widthPt, 200);
});

test('an attached credential is read back, by name or the first one', async () => {
  const document = await PDFDocument.create();
  document.addPage();
  await document.attach(Buffer.from('{"a":1}'), 'credential.json', { mimeType: 'application/json' });
  await document.attach(Buffer.from('x'), 'Überblick.txt');
  const data = await document.save();
  assert.equal(
    Buffer.from((await extractAttachment(data, 'credential.json'))?.data as Uint8Array).toString(),
    '{"a":1}',
  );
  assert.equal((await extractAttachment(data, 'Überblick.txt'))?.name, 'Überblick.txt');
  assert.ok(await extractAttachment(data));
  assert.equal(await extractAttachment(data, 'nothing.json'), undefined);
  assert.equal(await extractAttachment(page(corner)), undefined);
});

test('hostile attachments end in a refusal or in nothing', async () => {
  const bomb = stream(deflateSync(Buffer.alloc(150_000_000)), '/Type/EmbeddedFile/Filter/FlateDecode');
  const attached = (file: Buffer, tree: string) =>
    page(corner, '', [file, tree], { catalog: '/Names<</EmbeddedFiles 6 0 R>>' });
  assert.match(
    await refusal(() => extractAttachment(attached(bomb, '<</Names[(a)<</F(a)/EF<</F 5 0 R>>>>]>>'))),
    /100 MB/,
  );
  assert.equal(await extractAttachment(attached(bomb, '<</Kids[6 0 R 6 0 R]>>')), undefined);
  assert.equal(await extractAttachment(attached(bomb, '<</Names[(a) 6 0 R (b) 99 0 R 1 2 3]>>')), undefined);
  await refusal(() => extractAttachment(Buffer.from('no PDF at all')));
});
