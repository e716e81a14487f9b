/** Bytes of any accepted encoding in, strictly valid UTF-8 without a byte order mark out: no byte is ever replaced by U+FFFD on the way. */

import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { fileFault } from './file-fault.ts';

const minChunk = 16 * 1024;
const maxChunk = 64 * 1024;
/** Names that iconv-lite knows and that are no character sets. */
const notCharsets = /^(base64|hex|binary|utf-?7.*|_.*)$/i;

/** ZIP (also .xlsx and .ods), PDF, gzip and the old Office format, told from their first bytes. */
const otherFiles = /^(PK[\x03\x05]|%PDF-|\x1f\x8b|\xd0\xcf\x11\xe0)/;

type Decode = (bytes: Buffer, last: boolean) => string;

/**
 * Chunks of at most about 64 KiB (up to three times that where the encoding is not UTF-8).
 * A byte order mark decides the encoding, then `charset` (a WHATWG label or a name iconv-lite knows), then UTF-8.
 * @throws ChanceryError invalid_input, issue `wrong_encoding` (params `likely`), `unknown_charset` or `malformed_text`, at path `file`
 */
export async function* decodeToUtf8(input: AsyncIterable<Uint8Array>, charset?: string): AsyncGenerator<Buffer> {
  let convert: ((bytes: Buffer, last: boolean) => Buffer) | undefined;
  for await (const { bytes, last } of evenChunks(input)) {
    let body = bytes;
    if (convert === undefined) {
      if (otherFiles.test(bytes.subarray(0, 8).toString('latin1'))) throw fileFault('not_a_table');
      const mark = byteOrderMark(bytes);
      if (mark === undefined && charset === undefined) refuseOtherUnicode(bytes);
      convert = converter(mark?.encoding ?? charset ?? 'utf-8', mark === undefined && charset !== undefined);
      body = bytes.subarray(mark?.length ?? 0);
    }
    const text = convert(body, last);
    for (let at = 0; at < text.length; at += maxChunk) yield text.subarray(at, at + maxChunk);
  }
}

/** Joins dribbles and cuts floods, so that every later step sees chunks of a known size. */
async function* evenChunks(input: AsyncIterable<Uint8Array>): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of input) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let at = 0; at < buffer.length; at += maxChunk) {
      if (size >= minChunk) {
        yield { bytes: waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting), last: false };
        waiting = [];
        size = 0;
      }
      const part = buffer.subarray(at, at + maxChunk);
      waiting.push(part);
      size += part.length;
    }
  }
  yield { bytes: Buffer.concat(waiting), last: true };
}

function byteOrderMark(head: Buffer): { encoding: string; length: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (head.length >= 4 && head.readUInt32BE(0) === 0x0000feff)
    throw fileFault('wrong_encoding', { likely: 'UTF-32BE' });
  if (head.length >= 4 && head.readUInt32LE(0) === 0x0000feff)
    throw fileFault('wrong_encoding', { likely: 'UTF-32LE' });
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

/** Text in UTF-16 without a mark is valid UTF-8 full of NULs: every second byte of Latin text is zero. */
function refuseOtherUnicode(head: Buffer): void {
  const sample = head.subarray(0, 4_096);
  const zeros = [0, 0, 0, 0];
  sample.forEach((byte, at) => {
    if (byte === 0) (zeros[at % 4] as number)++;
  });
  const quarter = sample.length / 4;
  const [a, b, c, d] = zeros.map((count) => count > quarter / 2) as [boolean, boolean, boolean, boolean];
  if (b && c && d) throw fileFault('wrong_encoding', { likely: 'UTF-32LE' });
  if (a && b && c) throw fileFault('wrong_encoding', { likely: 'UTF-32BE' });
  if (b && d && !a && !c) throw fileFault('wrong_encoding', { likely: 'UTF-16LE' });
  if (a && c && !b && !d) throw fileFault('wrong_encoding', { likely: 'UTF-16BE' });
}

function converter(charset: string, named: boolean): (bytes: Buffer, last: boolean) => Buffer {
  const decode = decoder(charset);
  if (decode === 'utf-8') return checkedUtf8();
  return (bytes, last) => {
    try {
      return Buffer.from(decode(bytes, last), 'utf8');
    } catch {
      throw named
        ? fileFault('wrong_encoding', { likely: likelyCharset(bytes), charset })
        : fileFault('malformed_text');
    }
  };
}

function decoder(charset: string): Decode | 'utf-8' {
  try {
    const whatwg = new TextDecoder(charset, { fatal: true });
    if (whatwg.encoding === 'utf-8') return 'utf-8';
    return (bytes, last) => whatwg.decode(bytes, { stream: !last });
  } catch {
    if (notCharsets.test(charset) || !iconv.encodingExists(charset)) {
      throw fileFault('unknown_charset', { charset: charset.slice(0, 100).toWellFormed() });
    }
    const other = iconv.getDecoder(charset);
    return (bytes, last) => {
      const text = other.write(bytes) + (last ? (other.end() ?? '') : '');
      // iconv-lite replaces what it cannot read; none of its character sets has U+FFFD itself.
      if (text.includes('\ufffd')) throw new TypeError('invalid bytes');
      return text;
    };
  }
}

/** Passes UTF-8 through unchanged, holding back a character that a chunk's end cuts in two. */
function checkedUtf8(): (bytes: Buffer, last: boolean) => Buffer {
  let held: Buffer = Buffer.alloc(0);
  return (bytes, last) => {
    const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const whole = last ? all.length : all.length - cutTail(all);
    const body = all.subarray(0, whole);
    if (!isUtf8(body)) throw fileFault('wrong_encoding', { likely: likelyCharset(all) });
    held = all.subarray(whole);
    return body;
  };
}

/** How many bytes at the end begin a character that needs more bytes: 0 to 3. */
export function cutTail(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** A guess for the error message, never used to read the file. */
function likelyCharset(sample: Buffer): string {
  const guess = analyse(sample).find((match) => match.name !== 'UTF-8' && match.name !== 'ASCII');
  return guess?.name ?? 'unknown';
}
