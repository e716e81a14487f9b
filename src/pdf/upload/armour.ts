/** Streams written as text, read back to bytes so that what they hold can be measured (ISO 32000-1, 7.4.2 and 7.4.3). */

import { assetFault } from '../asset-fault.ts';

/** `filters` in the order of decoding; throws `invalid_input` for any that is no text encoding. */
export function withoutArmour(data: Buffer, filters: readonly string[]): Buffer {
  return filters.reduce((bytes, filter) => {
    if (filter === 'ASCIIHexDecode') return fromHex(bytes);
    if (filter === 'ASCII85Decode') return fromBase85(bytes);
    throw assetFault('the PDF is packed in an unusual way; print it to a new PDF');
  }, data);
}

function fromHex(data: Buffer): Buffer {
  const digits = upTo(data, '>')
    .toString('latin1')
    .replace(/[^0-9a-f]/gi, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
}

function fromBase85(data: Buffer): Buffer {
  const text = upTo(data, '~');
  const bytes = Buffer.alloc(4 * text.length + 4);
  let length = 0;
  let value = 0;
  let digits = 0;
  for (const byte of text) {
    if (byte === 0x7a && digits === 0) length += 4;
    if (byte < 0x21 || byte > 0x75) continue;
    value = value * 85 + (byte - 0x21);
    if (++digits < 5) continue;
    length = bytes.writeUInt32BE(value % 2 ** 32, length);
    value = 0;
    digits = 0;
  }
  // A last group of n digits stands for n - 1 bytes.
  if (digits > 1) {
    for (let missing = digits; missing < 5; missing++) value = value * 85 + 84;
    bytes.writeUInt32BE(value % 2 ** 32, length);
    length += digits - 1;
  }
  return bytes.subarray(0, length);
}

function upTo(data: Buffer, end: string): Buffer {
  const at = data.indexOf(end);
  return at < 0 ? data : data.subarray(0, at);
}
