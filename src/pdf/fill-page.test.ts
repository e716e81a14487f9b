/** Documents are whole, the same bytes every time, carry the credential in plain sight, and hold a seal when asked. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import test from 'node:test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import sharp from 'sharp';
import { checkPage } from './check-page.ts';
import { compilePage } from './compile-page.ts';
import { datePage } from './date-page.ts';
import { fillPage } from './fill-page.ts';
import {
  attachment,
  documentOf,
  nameBox,
  pixelsOf,
  programOf,
  templateOf,
  textByPdfium,
  textByPdfJs,
  valuesOf,
} from './page.test-support.ts';
import { createSealKey } from './seal.ts';
import { verifySeal } from './verify-seal.ts';

const jsQR = createRequire(import.meta.url)('jsqr') as (
  data: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;

test('the same inputs give the same bytes', async () => {
  const [first, second] = [await programOf([nameBox]), await programOf([nameBox])];
  assert.deepEqual(documentOf(first, valuesOf()), documentOf(second, valuesOf()));
  assert.equal(first.prefixHash, createHash('sha256').update(first.prefix).digest('hex'));
  documentOf(first, valuesOf({ name: 'Someone Élse' }));
  assert.deepEqual(documentOf(first, valuesOf()), documentOf(second, valuesOf()), 'nothing of another row is left');
});

test('batches of another time share the prefix and its hash states, and their documents say their own time', async () => {
  const seal = await createSealKey({ commonName: 'Seal', organization: 'Vector', notBefore: new Date('2026-01-01') });
  const program = await programOf([nameBox], { seal });
  const times = [
    ['2026-11-22T10:00:00Z', 'D:20261122100000Z'],
    ['2027-01-01T00:00:00Z', 'D:20270101000000Z'],
  ] as const;
  const documents = times.map(([time, date]) => {
    const dated = datePage(program, time);
    assert.equal(dated.prefix, program.prefix);
    const { tail } = fillPage(dated, valuesOf(), attachment);
    const text = Buffer.from(tail).toString('latin1');
    assert.equal(text.split(`(${date})`).length - 1, 4, 'created, modified, attached, sealed');
    assert.equal(text.split(`<xmp:CreateDate>${time}`).length - 1, 1);
    const document = Buffer.concat([program.prefix, tail]);
    assert.equal(verifySeal(document).sealed, true);
    return document;
  });
  assert.equal(documents[0]?.length, documents[1]?.length);
  assert.equal(
    Buffer.from(program.prefix)
      .toString('latin1')
      .match(/D:20\d\d|xmp:/),
    null,
  );
  assert.deepEqual(
    fillPage(datePage(program, times[0][0]), valuesOf(), attachment).tail,
    documents[0]?.subarray(program.prefix.length),
  );
});

test('the hash is that of the whole document and the attachment lies in the tail as it was given', async () => {
  const program = await programOf([nameBox]);
  for (const name of ['Ana', 'विक्रम']) {
    const filled = fillPage(program, valuesOf({ name }), attachment);
    const hash = createHash('sha256').update(program.prefix).update(filled.tail).digest('hex');
    assert.equal(filled.sha256, hash);
    const end = filled.attachmentOffset + filled.attachmentLength;
    assert.deepEqual(Buffer.from(filled.tail.subarray(filled.attachmentOffset, end)), attachment.data);
  }
});

test('a reader finds attachment, title, language and metadata that agree', async () => {
  const program = await programOf([nameBox]);
  const pdf = documentOf(program, valuesOf({ name: 'Zoë & <Co>' }));
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const document = await task.promise;
  const listed = await document.getAttachments();
  const [[id, attached]] = [...(listed as unknown as Map<string, { filename: string }>)] as [
    [string, { filename: string }],
  ];
  assert.equal(attached.filename, 'credential.json');
  assert.deepEqual(Buffer.from((await document.getAttachmentContent(id)) ?? []), attachment.data);
  const { info, metadata } = await document.getMetadata();
  const said = info as Record<string, unknown>;
  assert.equal(said.Title, 'Certificate for Zoë & <Co>');
  assert.equal(said.Author, 'Vector College');
  assert.equal(said.Language, 'en');
  assert.equal(said.CreationDate, 'D:20261122100000Z');
  assert.equal(metadata?.get('dc:title'), 'Certificate for Zoë & <Co>');
  assert.equal(metadata?.get('pdfaid:part'), '3');
  assert.equal(metadata?.get('pdfaid:conformance'), 'B');
  assert.deepEqual(
    document.fingerprints.map((one) => one?.length),
    [32, 32],
  );
  await task.destroy();
});

test('documents of two credentials differ in their second identifier only', async () => {
  const program = await programOf([{ ...nameBox, text: 'Same {{name}}' }]);
  const ids = ['a', 'b'].map((credential_id) => {
    const text = documentOf(program, valuesOf({ credential_id })).toString('latin1');
    return /\/ID\[<(\w+)><(\w+)>\]/.exec(text)?.slice(1) ?? [];
  });
  assert.equal(ids[0]?.[0], ids[1]?.[0]);
  assert.notEqual(ids[0]?.[1], ids[1]?.[1]);
});

test('every cross-reference entry points at its object', async () => {
  const program = await programOf([nameBox]);
  const pdf = documentOf(program, valuesOf({ name: 'विक्रम' }));
  const text = pdf.toString('latin1');
  let at = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  let entries = 0;
  for (let section = 0; section < 2; section++) {
    const dictionary = text.slice(at, text.indexOf('stream\n', at));
    const widths = (/\/W\[([\d ]+)\]/.exec(dictionary)?.[1] ?? '').split(' ').map(Number);
    const index = (/\/Index\[([\d ]+)\]/.exec(dictionary)?.[1] ?? '').split(' ').map(Number);
    let entry = text.indexOf('stream\n', at) + 7;
    for (let pair = 0; pair < index.length; pair += 2)
      for (let n = 0; n < (index[pair + 1] as number); n++) {
        const offset = pdf.readUInt32BE(entry + 1);
        if (pdf[entry] === 1) {
          assert.ok(text.startsWith(`${(index[pair] as number) + n} 0 obj\n`, offset));
          entries++;
        }
        entry += widths.reduce((sum, width) => sum + width, 0);
      }
    at = Number(/\/Prev (\d+)/.exec(dictionary)?.[1]);
  }
  assert.ok(entries > 20);
});

test('the QR code on the page says the verification address', async () => {
  const box = { type: 'qr', x: 200, y: 100, size: 60 };
  for (const element of [box, { ...box, color: '#24407a', background: '#ffffff' }]) {
    const program = await programOf([nameBox, element]);
    const { data, width, height } = await pixelsOf(documentOf(program, valuesOf()), 2);
    assert.equal(jsQR(data, width, height)?.data, valuesOf().verification_url);
  }
});

test('a sealed document verifies and notices one changed letter', async () => {
  const seal = await createSealKey({ commonName: 'Seal', organization: 'Vector', notBefore: new Date('2026-01-01') });
  const program = await programOf([nameBox], { seal });
  const pdf = documentOf(program, valuesOf());
  assert.deepEqual(pdf, documentOf(program, valuesOf()));
  const report = verifySeal(pdf);
  assert.equal(report.reason, undefined);
  assert.equal(report.unchanged, true);
  const changed = Buffer.from(pdf);
  changed[changed.indexOf('Zoë')] = 0x5a + 1;
  assert.equal(verifySeal(changed).unchanged, false);
  assert.equal(await textByPdfium(pdf), 'Ana Šimić');
  assert.equal(verifySeal(documentOf(await programOf([nameBox]), valuesOf())).sealed, false);
});

test('signatories stand on the page with their signatures; one that is missing is refused', async () => {
  const elements = [nameBox, { type: 'signatory', x: 40, y: 140, width: 70, height: 40, slot: 1 }];
  const stroke = {
    create: { width: 40, height: 20, channels: 4 as const, background: { r: 0, g: 0, b: 90, alpha: 0.5 } },
  };
  const signature = await sharp(stroke).png().toBuffer();
  const signatories = [{ slot: 1, name: 'Dr. Ümit Öz', designation: 'مدير الدراسات', signature }];
  const pdf = documentOf(await programOf(elements, { signatories }), valuesOf());
  const text = await textByPdfJs(pdf);
  assert.ok(text.includes('Dr. Ümit Öz') && text.includes('مدير الدراسات'), text);
  assert.ok(pdf.includes('/SMask'));
  await assert.rejects(programOf(elements), { code: 'invalid_input' });
});

test('elements over a printed name stay over it', async () => {
  const cover = { type: 'rectangle', x: 10, y: 55, width: 277, height: 30, fill: '#ff0000' };
  const covered = await pixelsOf(documentOf(await programOf([nameBox, cover]), valuesOf()), 1);
  const under = await pixelsOf(documentOf(await programOf([cover, nameBox]), valuesOf()), 1);
  const notRed = (pixels: { data: Uint8ClampedArray; width: number }) => {
    let count = 0;
    for (let y = 170; y < 225; y++)
      for (let x = 60; x < 400; x++) if ((pixels.data[(y * pixels.width + x) * 4] as number) < 128) count++;
    return count;
  };
  assert.equal(notRed(covered), 0);
  assert.ok(notRed(under) > 50);
});

test('shapes, images and backgrounds of a template are drawn', async () => {
  const red = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff0000' } })
    .png()
    .toBuffer();
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#00ff00"/></svg>';
  const template = templateOf(
    [
      { type: 'image', x: 0, y: 0, width: 50, height: 50, asset: 'red', fit: 'cover' },
      { type: 'rectangle', x: 60, y: 0, width: 40, height: 40, radius: 5, fill: '#0000ff', opacity: 0.5 },
      { type: 'path', x: 110, y: 0, d: 'M0 0h40v40h-40z', fill: '#000000' },
      { type: 'line', x1: 160, y1: 20, x2: 200, y2: 20, stroke: '#ff00ff', strokeWidth: 10 },
      { type: 'barcode', x: 100, y: 120, width: 80, height: 20 },
      nameBox,
    ],
    {
      page: { width: 297, height: 210, background: { color: '#ffffff', asset: 'ground' } },
      assets: {
        red: { mediaType: 'image/png', data: red.toString('base64') },
        ground: { mediaType: 'image/svg+xml', data: Buffer.from(svg).toString('base64') },
      },
    },
  );
  const { data, width } = await pixelsOf(documentOf(await programOf([nameBox], { template }), valuesOf()), 1);
  const colorAt = (x: number, y: number) => {
    const at = (Math.round(y * 2.8346) * width + Math.round(x * 2.8346)) * 4;
    return [...data.subarray(at, at + 3)].map((value) => Math.round(value / 64));
  };
  assert.deepEqual(colorAt(25, 25), [4, 0, 0], 'image');
  assert.deepEqual(colorAt(80, 20), [0, 2, 2], 'half transparent rectangle over green');
  assert.deepEqual(colorAt(60.3, 0.3), [0, 4, 0], 'its round corner');
  assert.deepEqual(colorAt(130, 20), [0, 0, 0], 'path');
  assert.deepEqual(colorAt(180, 20), [4, 0, 4], 'line');
  assert.deepEqual(colorAt(250, 150), [0, 4, 0], 'background');
});

test('placeholders of the organization are part of the constant page', async () => {
  const program = await programOf([nameBox, { ...nameBox, y: 100, text: 'by {{ organization_name }}' }]);
  assert.equal(program.steps.length, 1);
  assert.equal(await textByPdfium(documentOf(program, valuesOf())), 'by Vector College Ana Šimić');
});

test('a page without placeholders is a document all the same', async () => {
  const page = await compilePage({
    template: templateOf([{ ...nameBox, text: 'Welcome' }], { title: 'Welcome' }),
    organizationName: 'Käse & Söhne (GmbH) \\',
    signatories: [],
  });
  const program = datePage(page, '2026-11-22T10:00:00Z');
  assert.deepEqual(checkPage(program, valuesOf()), []);
  assert.equal(await textByPdfJs(documentOf(program, valuesOf())), 'Welcome');
});
