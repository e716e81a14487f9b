/** What a content stream mentions, read token by token in one pass; nothing is drawn. */

import { assetFault } from './asset-fault.ts';

export interface ContentFacts {
  /** Names as written, without the slash and with #xx undone: resources, colour spaces, tags. */
  names: Set<string>;
  /** Colours are given in CMYK, by operator or by name. */
  cmyk: boolean;
}

const isBlank = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13) || byte === 0;
const delimiters = new Set(Buffer.from('()<>[]{}/%'));

const mostNames = 100_000;

/** Adds to `facts`. Throws `invalid_input` for more names than anybody draws with. Source: ISO 32000-1, 7.2 and 8.9.7 (inline images). */
export function scanContent(bytes: Uint8Array, facts: ContentFacts = { names: new Set(), cmyk: false }): ContentFacts {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < data.length) {
    const byte = data[at] as number;
    if (isBlank(byte)) at++;
    else if (byte === 0x25) at = endOfLine(data, at);
    else if (byte === 0x28) at = endOfString(data, at);
    else if (byte === 0x3c && data[at + 1] !== 0x3c) at = after(data, '>', at);
    else if (byte === 0x2f) {
      const end = endOfWord(data, at + 1);
      note(facts, data.toString('latin1', at + 1, end));
      at = end;
    } else if (delimiters.has(byte)) at++;
    else {
      const end = endOfWord(data, at);
      // k or K, and ID.
      if (end === at + 1 && (byte === 0x6b || byte === 0x4b)) facts.cmyk = true;
      const isImage = end === at + 2 && byte === 0x49 && data[at + 1] === 0x44;
      at = isImage ? endOfInlineImage(data, end) : end;
    }
  }
  return facts;
}

const byteOf = (hex: string) => String.fromCharCode(Number.parseInt(hex, 16));

function note(facts: ContentFacts, raw: string) {
  const name = raw.includes('#') ? raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => byteOf(hex)) : raw;
  facts.names.add(name);
  if (facts.names.size > mostNames) throw assetFault('the page of the PDF is made of too many objects');
  if (name === 'DeviceCMYK' || name === 'CMYK') facts.cmyk = true;
}

function endOfWord(data: Buffer, at: number): number {
  let end = at;
  while (end < data.length && !isBlank(data[end] as number) && !delimiters.has(data[end] as number)) end++;
  return end;
}

function endOfLine(data: Buffer, at: number): number {
  let end = at;
  while (end < data.length && data[end] !== 10 && data[end] !== 13) end++;
  return end;
}

function after(data: Buffer, text: string, at: number): number {
  const found = data.indexOf(text, at, 'latin1');
  return found < 0 ? data.length : found + text.length;
}

function endOfString(data: Buffer, at: number): number {
  let depth = 0;
  for (let end = at; end < data.length; end++) {
    const byte = data[end];
    if (byte === 0x5c) end++;
    else if (byte === 0x28) depth++;
    else if (byte === 0x29 && --depth === 0) return end + 1;
  }
  return data.length;
}

/** Behind an `EI` that stands alone. */
function endOfInlineImage(data: Buffer, from: number): number {
  for (let at = data.indexOf('EI', from, 'latin1'); at >= 0; at = data.indexOf('EI', at + 1, 'latin1')) {
    const next = data[at + 2];
    if (isBlank(data[at - 1] as number) && (next === undefined || isBlank(next))) return at + 2;
  }
  return data.length;
}
