/** PNG files written chunk by chunk, so that a test can say exactly what is in them. */

import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

export interface PngParts {
  width: number;
  height: number;
  /** Default: 8 bits of grey. */
  depth?: number;
  colour?: number;
  /** Unpacked; default: as much as the header says. */
  pixels?: Buffer;
  /** Between header and pixels. */
  before?: Buffer[];
  behind?: Buffer;
}

export function pngOf({ width, height, depth = 8, colour = 0, pixels, before = [], behind }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour], 8);
  const data = pixels ?? Buffer.alloc(Math.min(1_000_000, (width + 1) * height));
  const end = chunk('IEND', Buffer.alloc(0));
  const parts = [signature, chunk('IHDR', header), ...before, chunk('IDAT', deflateSync(data)), end];
  return Buffer.concat([...parts, behind ?? Buffer.alloc(0)]);
}
