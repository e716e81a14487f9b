import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { drawn, refusal } from './drawn-art.test-support.ts';
import { importJpeg, importPng } from './import-image.ts';

/** Red, green over blue, white. */
const quarters = Buffer.alloc(40 * 20 * 3);
for (let y = 0; y < 20; y++)
  for (let x = 0; x < 40; x++)
    quarters.set(
      y < 10 ? (x < 20 ? [255, 0, 0] : [0, 255, 0]) : x < 20 ? [0, 0, 255] : [255, 255, 255],
      (y * 40 + x) * 3,
    );
const picture = () => sharp(quarters, { raw: { width: 40, height: 20, channels: 3 } });
const jpeg = (orientation: number) =>
  picture().withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();

/** The nearest of the eight full colours; JPEG is never exact. */
const near = (hex: string) => hex.replace(/../g, (byte) => (Number.parseInt(byte, 16) > 127 ? 'ff' : '00'));

const header = (width: number, height: number) => {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const ihdr = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    magic,
    chunk('IHDR', ihdr),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

test('a PNG is drawn as it is and gives the same bytes every time', async () => {
  const png = await picture().png().toBuffer();
  const art = await importPng(png);
  assert.deepEqual([art.kind, art.count, art.widthPt, art.heightPt], ['image', 1, 30, 15]);
  const pixel = await drawn(art);
  assert.deepEqual(
    [pixel(0.2, 0.2), pixel(0.8, 0.2), pixel(0.2, 0.8), pixel(0.8, 0.8)],
    ['ff0000', '00ff00', '0000ff', 'ffffff'],
  );
  assert.deepEqual(
    (await importPng(png)).write((n) => n + 9),
    art.write((n) => n + 9),
  );
});

test('a transparent PNG carries its opacity in a mask object of its own', async () => {
  const rgba = Buffer.alloc(40 * 20 * 4);
  for (let at = 0; at < 800; at++) rgba.set([255, 0, 0, at % 40 < 20 ? 255 : 0], at * 4);
  const art = await importPng(
    await sharp(rgba, { raw: { width: 40, height: 20, channels: 4 } })
      .png()
      .toBuffer(),
  );
  assert.equal(art.count, 2);
  assert.match(Buffer.from(art.write((n) => n + 70)[0] as Uint8Array).toString('latin1'), /\/SMask 71 0 R/);
  const pixel = await drawn(art);
  assert.deepEqual([pixel(0.2, 0.5), pixel(0.8, 0.5)], ['ff0000', 'ffffff']);
});

test('opaque alpha, grey, palette and 16-bit pictures become the plainest object that shows them', async () => {
  const opaque = await importPng(await picture().ensureAlpha().png().toBuffer());
  assert.equal(opaque.count, 1);
  const grey = await importPng(await picture().toColourspace('b-w').png().toBuffer());
  assert.match(Buffer.from(grey.write((n) => n)[0] as Uint8Array).toString('latin1'), /DeviceGray/);
  const palette = await importPng(await picture().png({ palette: true }).toBuffer());
  assert.equal((await drawn(palette))(0.8, 0.2), '00ff00');
  const deep = await importPng(await picture().toColourspace('rgb16').png().toBuffer());
  assert.equal((await drawn(deep))(0.2, 0.8), '0000ff');
});

test('a JPEG is passed through without its metadata', async () => {
  const plain = await picture().jpeg().toBuffer();
  const comment = Buffer.from('\xff\xfe\x00\x1b<script>alert(1)</script>', 'latin1');
  const data = Buffer.concat([plain.subarray(0, 2), comment, plain.subarray(2), Buffer.from('PK\x03\x04 appended')]);
  const [body] = (await importJpeg(data)).write((n) => n);
  assert.ok(Buffer.from(body as Uint8Array).includes(plain), 'the very bytes of the picture');
  assert.ok(
    !Buffer.from(body as Uint8Array).includes('script') && !Buffer.from(body as Uint8Array).includes('appended'),
  );
});

test('a photograph held sideways stands upright for each of the eight EXIF orientations', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const data = await jpeg(orientation);
    const { data: upright, info } = await sharp(data).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const art = await importJpeg(data);
    assert.deepEqual([art.widthPt, art.heightPt], [info.width * 0.75, info.height * 0.75]);
    const pixel = await drawn(art);
    for (const [x, y] of [
      [0.2, 0.2],
      [0.8, 0.2],
      [0.2, 0.8],
      [0.8, 0.8],
    ] as const) {
      const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
      assert.equal(
        near(pixel(x, y)),
        near(upright.subarray(at, at + 3).toString('hex')),
        `${orientation} at ${x},${y}`,
      );
    }
  }
});

test('grey, progressive and CMYK photographs show their colours', async () => {
  const grey = await importJpeg(await picture().toColourspace('b-w').jpeg().toBuffer());
  assert.match(Buffer.from(grey.write((n) => n)[0] as Uint8Array).toString('latin1'), /DeviceGray/);
  const progressive = await importJpeg(await picture().jpeg({ progressive: true, quality: 100 }).toBuffer());
  assert.equal(near((await drawn(progressive))(0.2, 0.2)), 'ff0000');
  const ink = await importJpeg(await picture().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
  assert.match(Buffer.from(ink.write((n) => n)[0] as Uint8Array).toString('latin1'), /DeviceRGB/);
  assert.equal(near((await drawn(ink))(0.8, 0.8)), 'ffffff');
});

test('a picture that claims too many pixels is refused by its header', async () => {
  for (const [width, height] of [
    [30_000, 30_000],
    [65_535, 65_535],
    [2_000_000_000, 1],
    [8_000, 8_000],
  ] as const)
    assert.match(
      await refusal(() => importPng(header(width, height))),
      /40 million pixels|cut off or damaged/,
      `${width}`,
    );
  assert.match(await refusal(() => importPng(header(0, 0))), /damaged|no pixels|not a PNG/);
  const lying = await jpeg(1);
  const frame = lying.indexOf(Buffer.from([0xff, 0xc0]));
  lying.writeUInt16BE(65_535, frame + 5);
  lying.writeUInt16BE(65_535, frame + 7);
  assert.match(await refusal(() => importJpeg(lying)), /40 million pixels/);
});

test('a cut-off or foreign file is refused, at whatever byte it breaks off', async () => {
  const png = await picture().png({ compressionLevel: 0 }).toBuffer();
  const whole = await jpeg(6);
  for (let part = 0; part < 20; part++) {
    await refusal(() => importPng(png.subarray(0, Math.floor((png.length * part) / 20))));
    await refusal(() => importJpeg(whole.subarray(0, Math.floor((whole.length * part) / 20))));
  }
  await refusal(() => importJpeg(png));
  assert.match(await refusal(() => importPng(whole)), /not a PNG/);
  await refusal(() => importPng(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')));
  await refusal(() => importJpeg(Buffer.from('ffd8ffda0002ffd9', 'hex')));
  await refusal(() => importJpeg(Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(100_000, 0xff)])));
});
