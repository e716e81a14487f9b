import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { ChanceryError } from '../errors.ts';
import { pdfFile } from './drawn-art.test-support.ts';
import { renderPreview } from './preview.ts';

const page = (width: number, height: number, content = '1 0 0 rg 0 0 9999 50 re f', rotate = 0) =>
  pdfFile([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Rotate ${rotate}/Contents 4 0 R>>`,
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
  ]);
const isInvalid = (error: unknown) =>
  error instanceof ChanceryError && error.code === 'invalid_input' && error.issues.length === 1;

test('a preview is a PNG of the width asked for, in the proportions of the page, on white paper', async () => {
  for (const [width, height, rotate, expected] of [
    [300, 150, 0, 300],
    [300, 150, 90, 1200],
    [595.28, 841.89, 0, 849],
  ] as const) {
    const { data, info } = await sharp(await renderPreview(page(width, height, undefined, rotate), { width: 600 }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height, info.channels], [600, expected, 3]);
    if (rotate === 0) {
      assert.equal(data.subarray(0, 3).toString('hex'), 'ffffff');
      assert.equal(data.subarray(-3).toString('hex'), 'ff0000');
    }
  }
});

test('the same document gives the same bytes, also when many are drawn at once', async () => {
  const documents = Array.from({ length: 12 }, (_, at) => page(200, 100, `0 ${at / 12} 0 rg 10 10 ${at * 10} 50 re f`));
  const alone: Buffer[] = [];
  for (const document of documents) alone.push(await renderPreview(document, { width: 200 }));
  const together = await Promise.all(documents.map((document) => renderPreview(document, { width: 200 })));
  assert.deepEqual(together, alone);
  assert.equal(new Set(alone.map((png) => png.toString('base64'))).size, 12);
});

test('a broken document between good ones harms none of them', async () => {
  const good = page(200, 100);
  const expected = await renderPreview(good, { width: 100 });
  const results = await Promise.allSettled(
    [good, Buffer.from('no PDF'), good, Buffer.alloc(0), good.subarray(0, 100), good].map((pdf) =>
      renderPreview(pdf, { width: 100 }),
    ),
  );
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled'],
  );
  for (const result of results) {
    if (result.status === 'fulfilled') assert.deepEqual(result.value, expected);
    else assert.ok(isInvalid(result.reason));
  }
});

test('absurd widths and pages are refused', async () => {
  for (const width of [0, 99, 2401, 100.5, Number.NaN, -600])
    await assert.rejects(renderPreview(page(100, 100), { width }), isInvalid);
  await assert.rejects(renderPreview(page(1, 14_000), { width: 2400 }), isInvalid);
});
