/** Pictures that lie, swell, carry something else, or are something else. */

import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { ChanceryError } from '../../../src/errors.ts';
import { importArt } from '../../../src/pdf/import-art.ts';
import type { ImportedArt } from '../../../src/pdf/pdf-objects.ts';
import type { Entry, Outcome, Table } from '../run-table.ts';
import { chunk, pngOf } from './png-bytes.ts';

export interface Upload {
  /** What it is said to be. */
  type: 'image/png' | 'image/jpeg' | 'image/svg+xml' | 'application/pdf';
  bytes: Buffer;
}

/** Stands in whatever must not come along. */
const canary = '<script>canary</script>';
/** 60 MB of nothing in 60 KB. */
const swelling = () => deflateSync(Buffer.alloc(60_000_000));

export function writtenBy(art: ImportedArt): Buffer {
  return Buffer.concat(art.write((number) => number + 7).map((body) => Buffer.from(body)));
}

/** Taken over, and nothing that the pixels do not need came along. */
export const harmless = (outcome: Outcome<ImportedArt>) => {
  if ('refused' in outcome) return;
  assert.doesNotMatch(writtenBy(outcome.output).toString('latin1'), /canary|<script|JavaScript|%PDF|PK\x03\x04/);
};

const taken = (outcome: Outcome<ImportedArt>) => {
  assert.ok('output' in outcome, 'refused' in outcome ? outcome.error.message : '');
  harmless(outcome);
};

const says = (reason: RegExp) => (outcome: Outcome<ImportedArt>) => {
  if (!('refused' in outcome)) assert.fail('it is taken');
  assert.match(String((outcome.error as ChanceryError).issues[0]?.params?.reason), reason);
};

type Row = Entry<Upload, ImportedArt>;
const row =
  (type: Upload['type']) =>
  (
    name: string,
    make: () => Buffer,
    judge: Row extends never ? never : (outcome: Outcome<ImportedArt>) => void,
  ): Row => ({
    name,
    make: () => ({ type, bytes: make() }),
    judge,
  });
const png = row('image/png');
const jpeg = row('image/jpeg');

const tooLarge = says(/million pixels/);
const damaged = says(/cut off or damaged|not a PNG|has no pixels|not a JPEG|million pixels/);
const small = { width: 9, height: 7 };
const text = (type: string, data: string) => chunk(type, Buffer.from(data, 'latin1'));
const zip = Buffer.from(`PK\x03\x04${'\0'.repeat(26)}canary`, 'latin1');

const photograph = await sharp({ create: { width: 32, height: 24, channels: 3, background: '#306090' } })
  .jpeg()
  .toBuffer();

/** With a segment put in behind the beginning. */
function withSegment(marker: number, data: string | Buffer, times = 1): Buffer {
  const bytes = Buffer.from(data as string, 'latin1');
  const head = Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]);
  const segment = Buffer.concat([head, bytes]);
  return Buffer.concat([photograph.subarray(0, 2), ...Array<Buffer>(times).fill(segment), photograph.subarray(2)]);
}

/** Says that it is so large; its pixels are another's. */
function photographOf(width: number, height: number): Buffer {
  const copy = Buffer.from(photograph);
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

const pngs: Row[] = [
  png('900 million pixels', () => pngOf({ width: 30_000, height: 30_000 }), tooLarge),
  png('a header of 65,535 by 65,535', () => pngOf({ width: 65_535, height: 65_535 }), tooLarge),
  png('a header of 2,147,483,647 by 1', () => pngOf({ width: 2 ** 31 - 1, height: 1 }), damaged),
  png(
    'a header of 4,294,967,295 by 4,294,967,295',
    () => pngOf({ width: 2 ** 32 - 1, height: 2 ** 32 - 1, pixels: Buffer.alloc(9) }),
    damaged,
  ),
  png('no width', () => pngOf({ width: 0, height: 5 }), damaged),
  png('neither width nor height', () => pngOf({ width: 0, height: 0 }), damaged),
  png(
    '400 million pixels of one bit, all there',
    () => pngOf({ width: 20_000, height: 20_000, depth: 1, pixels: Buffer.alloc(2_501 * 20_000) }),
    tooLarge,
  ),
  png('fewer pixels than it says', () => pngOf({ width: 2_000, height: 2_000, pixels: Buffer.alloc(100) }), damaged),
  png('60 MB of pixels more than it says', () => pngOf({ ...small, pixels: Buffer.alloc(60_000_000) }), harmless),
  png(
    'a text that swells',
    () => pngOf({ ...small, before: [chunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), swelling()]))] }),
    harmless,
  ),
  png(
    'a colour profile that swells',
    () => pngOf({ ...small, before: [chunk('iCCP', Buffer.concat([Buffer.from('a\0\0'), swelling()]))] }),
    harmless,
  ),
  png(
    '10,000 texts',
    () => pngOf({ ...small, before: Array<Buffer>(10_000).fill(text('tEXt', `Comment\0${canary}`)) }),
    harmless,
  ),
  png('a depth of 3 bits', () => pngOf({ ...small, depth: 3 }), damaged),
  png('a colour type nobody knows', () => pngOf({ ...small, colour: 5 }), damaged),
  png('a palette picture without palette', () => pngOf({ ...small, colour: 3 }), damaged),
  png(
    'a palette larger than any',
    () => pngOf({ ...small, colour: 3, before: [chunk('PLTE', Buffer.alloc(3 * 257))] }),
    harmless,
  ),
  png(
    'script in its texts',
    () =>
      pngOf({
        ...small,
        before: [text('tEXt', `Comment\0${canary}`), text('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${canary}`)],
      }),
    taken,
  ),
  png('Exif', () => pngOf({ ...small, before: [text('eXIf', `MM\0*\0\0\0\x08\0\0${canary}`)] }), taken),
  png('an archive behind it', () => pngOf({ ...small, behind: zip }), taken),
  png('a web page behind it', () => pngOf({ ...small, behind: Buffer.from(`<html>${canary}`) }), taken),
  png(
    'an animation',
    () => pngOf({ ...small, before: [chunk('acTL', Buffer.from([0, 0, 255, 255, 0, 0, 0, 0]))] }),
    harmless,
  ),
  png(
    'a chunk that says it is longer than the file',
    () => Buffer.concat([pngOf(small).subarray(0, 33), Buffer.from('7fffffff49444154', 'hex')]),
    damaged,
  ),
  png('only its signature', () => pngOf(small).subarray(0, 8), damaged),
];

const jpegs: Row[] = [
  jpeg('a header of 65,535 by 65,535', () => photographOf(65_535, 65_535), tooLarge),
  jpeg('no height', () => photographOf(32, 0), damaged),
  jpeg('neither width nor height', () => photographOf(0, 0), damaged),
  jpeg('more pixels than are there', () => photographOf(3_000, 3_000), damaged),
  jpeg('cut off', () => photograph.subarray(0, photograph.length / 2), damaged),
  jpeg('nothing but its beginning', () => Buffer.from([0xff, 0xd8]), damaged),
  jpeg(
    'fill bytes without end',
    () => Buffer.concat([photograph.subarray(0, 2), Buffer.alloc(1_000_000, 0xff)]),
    damaged,
  ),
  jpeg(
    'a segment that says it is empty',
    () => Buffer.concat([photograph.subarray(0, 2), Buffer.from('ffe10000', 'hex'), photograph.subarray(2)]),
    damaged,
  ),
  jpeg(
    'a segment longer than the file',
    () => Buffer.concat([photograph.subarray(0, 2), Buffer.from('ffe1ffff', 'hex')]),
    damaged,
  ),
  jpeg('10,000 segments', () => withSegment(0xe1, `Exif\0\0${canary}`, 10_000), taken),
  jpeg('script in its Exif', () => withSegment(0xe1, `Exif\0\0MM\0*\0\0\0\x08\xff\xff${canary}`), taken),
  jpeg(
    'Exif that refers to itself',
    () => withSegment(0xe1, 'Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0'),
    taken,
  ),
  jpeg('script in its XMP', () => withSegment(0xe1, `http://ns.adobe.com/xap/1.0/\0${canary}`), taken),
  jpeg('script in its comment', () => withSegment(0xfe, canary), taken),
  jpeg('a colour profile that is none', () => withSegment(0xe2, `ICC_PROFILE\0\x01\x01${canary}`), harmless),
  jpeg('an archive behind it', () => Buffer.concat([photograph, zip]), taken),
  jpeg('a web page behind it', () => Buffer.concat([photograph, Buffer.from(`<html>${canary}`)]), taken),
  jpeg('two pictures', () => Buffer.concat([photograph, photograph]), harmless),
];

/** Whoever names the decoder by the bytes runs one that nobody asked for. */
const others: [name: string, bytes: string | Buffer][] = [
  ['nothing', ''],
  ['a GIF', 'GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;'],
  ['a BMP', `BM${'\0'.repeat(60)}`],
  ['a TIFF', 'II*\0\x08\0\0\0\0\0'],
  [
    'a WebP',
    await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .webp()
      .toBuffer(),
  ],
  ['an SVG', `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/>${canary}</svg>`],
  ['a PDF', '%PDF-1.7\n'],
  ['an archive', zip],
  [
    'a drawing of ImageMagick that fetches',
    'push graphic-context\nviewbox 0 0 640 480\nfill \'url(https://127.0.0.1:1/a.jpg"|ls "-la)\'\npop graphic-context',
  ],
  ['a file that ImageMagick would show', 'label:@/etc/passwd'],
  ['PostScript', '%!PS\n(/etc/passwd) (r) file'],
  ['a PPM', `P6 2 2 255\n${'x'.repeat(12)}`],
  ['a web page', `<html>${canary}`],
  ['a program', `\x7fELF\x02\x01\x01${'\0'.repeat(60)}`],
];

export const pictures: Table<Upload, ImportedArt> = {
  name: 'Pictures',
  from: 'written for this project, after the PNG specification, ITU-T T.81 and the ImageTragick reports',
  feed: ({ type, bytes }) => importArt(type, bytes),
  entries: [
    ...pngs.map((entry) => ({ ...entry, name: `PNG: ${entry.name}` })),
    ...jpegs.map((entry) => ({ ...entry, name: `JPEG: ${entry.name}` })),
    ...(['image/png', 'image/jpeg'] as const).flatMap((type) =>
      others.map(
        ([name, bytes]): Row => ({
          name: `${name} that is said to be ${type}`,
          input: { type, bytes: Buffer.from(bytes as string, 'latin1') },
          refused: 'invalid',
        }),
      ),
    ),
  ],
};
