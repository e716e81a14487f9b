/** The segments of a JPEG file, read without decoding: what its header claims, and the file again without its metadata. */

import { assetFault } from './asset-fault.ts';

export interface Jpeg {
  width: number;
  height: number;
  components: number;
  /** 8-bit Huffman-coded baseline, extended or progressive frames: what a PDF's DCTDecode can be given. */
  plain: boolean;
  /** Component ids spell "RGB": decoders disagree on such files. */
  lettered: boolean;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Carries an ICC profile that does not call itself sRGB. */
  foreignProfile: boolean;
  /** The same picture from SOI to EOI without EXIF, XMP, ICC, comments, thumbnails or anything after the end. */
  stripped: Buffer;
}

const truncated = () => assetFault('the JPEG file is cut off or damaged; export it again');

/** Throws `invalid_input` where the segment structure breaks off. Source: ITU-T T.81, annex B. */
export function readJpeg(data: Uint8Array): Jpeg {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) throw assetFault('the file is not a JPEG image');
  const jpeg: Jpeg = {
    width: 0,
    height: 0,
    components: 0,
    plain: false,
    lettered: false,
    orientation: 1,
    foreignProfile: false,
    stripped: bytes,
  };
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  for (;;) {
    if (at + 4 > bytes.length && bytes.readUInt16BE(Math.min(at, bytes.length - 2)) !== 0xffd9) throw truncated();
    if (bytes[at] !== 0xff) throw truncated();
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    const end = at + 2 + (at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0);
    if (end > bytes.length || end < at + 4) throw truncated();
    note(jpeg, marker, bytes.subarray(at + 4, end));
    const next = marker === 0xda ? endOfScan(bytes, end) : end;
    // APP0 (JFIF) and APP14 (Adobe) decide how colours are read; every other APPn and COM is metadata.
    const metadata = (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;
    if (!metadata) kept.push(bytes.subarray(at, next));
    at = next;
  }
  if (jpeg.width === 0 || jpeg.height === 0) throw truncated();
  jpeg.stripped = Buffer.concat([...kept, Buffer.from([0xff, 0xd9])]);
  return jpeg;
}

/** Entropy-coded data ends at a marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] as number;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw truncated();
}

function note(jpeg: Jpeg, marker: number, body: Buffer) {
  const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
  if (isFrame) {
    if (body.length < 9 || jpeg.width > 0) throw truncated();
    jpeg.height = body.readUInt16BE(1);
    jpeg.width = body.readUInt16BE(3);
    jpeg.components = body[5] as number;
    jpeg.plain = marker <= 0xc2 && body[0] === 8;
    jpeg.lettered = body[6] === 0x52 && body[9] === 0x47 && body[12] === 0x42;
  } else if (marker === 0xe1 && body.toString('latin1', 0, 6) === 'Exif\0\0') {
    jpeg.orientation = exifOrientation(body.subarray(6));
  } else if (marker === 0xe2 && body.toString('latin1', 0, 12) === 'ICC_PROFILE\0') {
    const text = body.toString('latin1');
    if (!text.includes('sRGB') && !text.includes('s\0R\0G\0B')) jpeg.foreignProfile = true;
  }
}

/** Tag 0x0112 of the first directory of a TIFF block; 1 where it is absent or makes no sense. */
function exifOrientation(tiff: Buffer): number {
  if (tiff.length < 8) return 1;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return 1;
  const count = Math.min(short(directory), 200);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return 1;
    if (short(at) !== 0x0112) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
