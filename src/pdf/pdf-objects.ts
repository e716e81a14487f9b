/** Bodies of PDF objects as bytes: numbers, strings, streams; and what imported artwork must offer to be placed in a document. */

import { deflateSync } from 'node:zlib';

/** A piece of imported artwork: `count` indirect objects; object 0 is the Form or Image XObject to draw. */
export interface ImportedArt {
  widthPt: number;
  heightPt: number;
  /** A form has BBox [0 0 widthPt heightPt] (y up); an image is the unit square. */
  kind: 'form' | 'image';
  count: number;
  /** Bodies of the objects (dictionary or stream, without `n 0 obj`), given the final number of each local object. */
  write(numberOf: (local: number) => number): Uint8Array[];
}

/** A stream's body, deflated where that is allowed and shorter. `dictionary` holds the entries besides Length and Filter. */
export function streamBody(dictionary: string, data: Uint8Array, compress = true): Buffer {
  const packed = compress ? deflateSync(data, { level: 9, memLevel: 9 }) : undefined;
  const smaller = packed !== undefined && packed.length + 20 < data.length;
  const bytes = smaller ? (packed as Uint8Array) : data;
  const filter = smaller ? '/Filter/FlateDecode' : '';
  return Buffer.concat([
    Buffer.from(`<<${dictionary}${filter}/Length ${bytes.length}>>stream\n`, 'latin1'),
    bytes,
    Buffer.from('\nendstream', 'latin1'),
  ]);
}

/** A number as PDF writes it: fixed point, at most `digits` decimals, no exponent, no trailing zeros. */
export function pdfNumber(value: number, digits = 3): string {
  const scale = 10 ** digits;
  const rounded = Math.round(value * scale) / scale;
  if (Object.is(rounded, -0) || !Number.isFinite(rounded)) return '0';
  const text = Math.abs(rounded) < 1e-6 ? '0' : String(rounded);
  if (text.includes('e')) return Math.abs(rounded) >= 1e21 ? String(BigInt(rounded)) : rounded.toFixed(digits);
  return text.startsWith('0.') ? text.slice(1) : text.startsWith('-0.') ? `-${text.slice(2)}` : text;
}

/**
 * A text string object, as a Latin-1 string: PDFDocEncoding where that is Latin-1, else UTF-16BE with its mark
 * (ISO 32000-1, 7.9.2.2).
 */
export function pdfText(text: string): string {
  if (/^[\x20-\x7e\xa1-\xac\xae-\xff]*$/.test(text)) return pdfLiteral(text);
  return pdfLiteral(Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('latin1'));
}

/** A literal string of bytes, given and returned as a Latin-1 string. */
export function pdfLiteral(bytes: string): string {
  return `(${bytes.replace(/[\\()\r]/g, (one) => (one === '\r' ? '\\r' : `\\${one}`))})`;
}

/** A name object; bytes outside the regular characters are written as #xx. */
export function pdfName(name: string): string {
  const bytes = Buffer.from(name, 'utf8');
  let text = '/';
  for (const byte of bytes) {
    const plain = byte > 0x20 && byte < 0x7f && !'#()<>[]{}/%'.includes(String.fromCharCode(byte));
    text += plain ? String.fromCharCode(byte) : `#${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return text;
}

/** `r g b` of `#rgb` or `#rrggbb`, each from 0 to 1. */
export function pdfColor(color: string): string {
  const hex = color.length === 4 ? [...color.slice(1)].map((digit) => digit + digit).join('') : color.slice(1);
  return [0, 2, 4].map((at) => pdfNumber(Number.parseInt(hex.slice(at, at + 2), 16) / 255)).join(' ');
}

/** A PDF date from an ISO time, in UTC. */
export function pdfDate(iso: string): string {
  return `(D:${new Date(iso).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z)`;
}
