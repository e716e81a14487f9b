/** Numbers, strings and names keep to PDF's grammar whatever they hold. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { documentOf, nameBox, programOf, valuesOf } from './page.test-support.ts';
import { pdfColor, pdfDate, pdfName, pdfNumber, pdfText, streamBody } from './pdf-objects.ts';

test('numbers have no exponent and no needless digits', () => {
  const written = [0, -0, 1, 0.5, -0.25, 12.3456, 1e-9, -1e-9, 1e21, 123456.789].map((value) => pdfNumber(value));
  assert.deepEqual(written, ['0', '0', '1', '.5', '-.25', '12.346', '0', '0', '1000000000000000000000', '123456.789']);
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
      const text = pdfNumber(value);
      assert.match(text, /^-?(\d+(\.\d{1,3})?|\.\d{1,3})$/);
      assert.ok(Math.abs(Number(text) - value) <= 0.000_501);
    }),
  );
});

test('any title comes out of a reader as it went in', async () => {
  const program = await programOf([{ ...nameBox, text: 'Fixed {{Course}}' }]);
  for (const name of ['(a) \\ b) ((', 'Zoë', '\u00ad soft', '漢字 😀', 'ب(', '഍r', 'a<b>&"c"', '\u0d28\u0d0d']) {
    const task = getDocument({ data: new Uint8Array(documentOf(program, valuesOf({ name }))), verbosity: 0 });
    const { info, metadata } = await (await task.promise).getMetadata();
    const title = `Certificate for ${name}`.trim();
    assert.equal((info as { Title: string }).Title, title);
    assert.equal(metadata?.get('dc:title'), title);
    await task.destroy();
  }
});

test('texts beyond Latin-1 are UTF-16 with its mark', () => {
  assert.equal(pdfText('a(b)'), '(a\\(b\\))');
  assert.equal(pdfText('é'), '(é)');
  assert.equal(pdfText('Ж'), '(\u00fe\u00ff\u0004\u0016)');
});

test('names, colours and dates are spelled the PDF way', () => {
  assert.equal(pdfName('application/ld+json'), '/application#2Fld+json');
  assert.equal(pdfName('a b#é'), '/a#20b#23#C3#A9');
  assert.equal(pdfColor('#f80'), '1 .533 0');
  assert.equal(pdfColor('#24407a'), '.141 .251 .478');
  assert.equal(pdfDate('2026-11-22T23:59:58.999+02:00'), '(D:20261122215958Z)');
});

test('a stream is deflated only where that helps', () => {
  assert.ok(streamBody('', Buffer.from('short')).toString().startsWith('<</Length 5>>stream\nshort'));
  const long = Buffer.alloc(5_000, 'ab');
  const body = streamBody('/N 3', long);
  assert.match(body.toString('latin1'), /^<<\/N 3\/Filter\/FlateDecode\/Length \d+>>stream\n/);
  const start = body.indexOf('stream\n') + 7;
  assert.deepEqual(inflateSync(body.subarray(start, body.length - '\nendstream'.length)), long);
});
