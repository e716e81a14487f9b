/** PNG and JPEG pictures as image objects; the header is judged before any pixel is decoded, and no metadata is taken over. */

import sharp, { type Sharp } from 'sharp';
import { assetFault } from './asset-fault.ts';
import { readJpeg } from './jpeg-segments.ts';
import { type ImportedArt, pdfNumber, streamBody } from './pdf-objects.ts';

const maxPixels = 40_000_000;
const maxSide = 30_000;
/** One pixel is 1/96 inch, as in SVG and CSS. */
const pointsPerPixel = 0.75;
/** Up to this many pixels both ways of filtering are tried; flat art shrinks without, photographs with filters. */
const tryBothUpTo = 4_000_000;

type Rgb = 'DeviceRGB' | 'DeviceGray';

/** A JPEG as it came, without its metadata (DCTDecode); CMYK, foreign profiles and odd codings are re-encoded to sRGB.
 * A rotated photograph becomes a form that turns it. */
export async function importJpeg(data: Uint8Array): Promise<ImportedArt> {
  let jpeg = readJpeg(data);
  checkSize(jpeg.width, jpeg.height);
  const { orientation } = jpeg;
  // Decoding it once proves that it is whole; a viewer would show grey bars or nothing.
  await decoding(() => open(jpeg.stripped).stats());
  if (!jpeg.plain || jpeg.lettered || jpeg.foreignProfile || (jpeg.components !== 1 && jpeg.components !== 3)) {
    const again = await decoding(() =>
      open(data).toColourspace('srgb').jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer(),
    );
    jpeg = readJpeg(again);
  }
  const { width, height, stripped } = jpeg;
  const space = jpeg.components === 1 ? 'DeviceGray' : 'DeviceRGB';
  const body = streamBody(`${imageEntries(width, height, space)}/Filter/DCTDecode`, stripped, false);
  return orientation === 1 ? art(width, height, () => [body]) : turned(width, height, orientation, body);
}

/** A PNG as Flate data with an SMask where it is anywhere transparent; 16 bits become 8, profiles become sRGB. */
export async function importPng(data: Uint8Array): Promise<ImportedArt> {
  const { format, width, height, hasAlpha, space } = await decoding(() => open(data).metadata());
  if (format !== 'png') throw assetFault('the file is not a PNG image');
  checkSize(width, height);
  const target = space === 'b-w' || space === 'grey16' ? 'b-w' : 'srgb';
  const both = width * height <= tryBothUpTo;
  const transparent = hasAlpha && (await decoding(() => alphaMinimum(data))) < 255;
  const colour = await deflated(() => open(data).removeAlpha().toColourspace(target), both);
  const main = (mask: string) =>
    streamBody(imageEntries(width, height, colour.space) + mask + flateEntries(colour, width), colour.data, false);
  if (!transparent) {
    const body = main('');
    return art(width, height, () => [body]);
  }
  const opacity = await deflated(() => open(data).toColourspace('srgb').extractChannel('alpha'), both);
  const mask = streamBody(
    imageEntries(width, height, 'DeviceGray') + flateEntries(opacity, width),
    opacity.data,
    false,
  );
  return { ...art(width, height, () => []), count: 2, write: (numberOf) => [main(`/SMask ${numberOf(1)} 0 R`), mask] };
}

async function alphaMinimum(data: Uint8Array): Promise<number> {
  const { channels } = await open(data).toColourspace('srgb').stats();
  return channels.at(-1)?.min ?? 255;
}

function open(data: Uint8Array) {
  return sharp(data, { limitInputPixels: maxPixels, failOn: 'warning', sequentialRead: true });
}

/** The decoder's own words stay inside: they differ between versions. */
async function decoding<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const large = error instanceof Error && error.message.includes('pixel limit');
    throw large ? tooLarge() : assetFault('the picture is cut off or damaged; export it again');
  }
}

const tooLarge = () => assetFault(`the picture has more than ${maxPixels / 1e6} million pixels; make it smaller`);

function checkSize(width: number, height: number) {
  if (width < 1 || height < 1) throw assetFault('the picture has no pixels');
  if (width > maxSide || height > maxSide || width * height > maxPixels) throw tooLarge();
}

interface Deflated {
  data: Buffer;
  space: Rgb;
}

/** PNG's own zlib stream is what FlateDecode with Predictor 15 reads, so the encoder's output is taken over as it is. */
async function deflated(picture: () => Sharp, both: boolean): Promise<Deflated> {
  const encode = (adaptiveFiltering: boolean) =>
    decoding(() => picture().png({ compressionLevel: 9, adaptiveFiltering, palette: false }).toBuffer());
  const results = [await encode(true), ...(both ? [await encode(false)] : [])].map(imageData);
  return results.reduce((best, one) => (one.data.length < best.data.length ? one : best));
}

function imageData(png: Buffer): Deflated {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const [depth, colourType, , , interlace] = png.subarray(24, 29);
  if (depth !== 8 || (colourType !== 0 && colourType !== 2) || interlace !== 0)
    throw new Error('the PNG encoder answered in another form');
  return { data: Buffer.concat(parts), space: colourType === 0 ? 'DeviceGray' : 'DeviceRGB' };
}

function imageEntries(width: number, height: number, space: Rgb): string {
  return `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8/ColorSpace/${space}`;
}

function flateEntries({ space }: Deflated, width: number): string {
  const colors = space === 'DeviceGray' ? 1 : 3;
  return `/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors ${colors}/BitsPerComponent 8/Columns ${width}>>`;
}

function art(width: number, height: number, write: ImportedArt['write']): ImportedArt {
  return { widthPt: width * pointsPerPixel, heightPt: height * pointsPerPixel, kind: 'image', count: 1, write };
}

/** The image's unit square on the page for each EXIF orientation, in units of the upright picture (0, 0 bottom left). */
const turns: Readonly<Record<number, readonly number[]>> = {
  2: [-1, 0, 0, 1, 1, 0],
  3: [-1, 0, 0, -1, 1, 1],
  4: [1, 0, 0, -1, 0, 1],
  5: [0, -1, -1, 0, 1, 1],
  6: [0, -1, 1, 0, 0, 1],
  7: [0, 1, 1, 0, 0, 0],
  8: [0, 1, -1, 0, 1, 0],
};

function turned(width: number, height: number, orientation: number, image: Buffer): ImportedArt {
  const [w, h] = (orientation > 4 ? [height, width] : [width, height]).map((n) => n * pointsPerPixel) as [
    number,
    number,
  ];
  const matrix = (turns[orientation] as readonly number[]).map((n, at) => pdfNumber(n * (at % 2 === 0 ? w : h)));
  const content = Buffer.from(`q ${matrix.join(' ')} cm /I Do Q`, 'latin1');
  const form = (image: number) =>
    `/Type/XObject/Subtype/Form/BBox[0 0 ${pdfNumber(w)} ${pdfNumber(h)}]/Resources<</XObject<</I ${image} 0 R>>>>`;
  return {
    widthPt: w,
    heightPt: h,
    kind: 'form',
    count: 2,
    write: (numberOf) => [streamBody(form(numberOf(1)), content), image],
  };
}
