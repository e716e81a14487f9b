/** Bytes of an XML document in, its text out: the encoding is found as XML says (Appendix F), and no byte is ever replaced. */

import { TextDecoder } from 'node:util';
import { fileFault } from './file-fault.ts';

/** Thrown behind the last character that could be read. */
export class NotOfEncoding extends Error {
  readonly encoding: string;
  constructor(encoding: string) {
    super(`not ${encoding}`);
    this.encoding = encoding;
  }
}

const headBytes = 1_024;
const pieceBytes = 64 * 1024;

/**
 * A byte order mark decides, then the first character, then `charset`, then the declaration, then UTF-8.
 * @throws NotOfEncoding; ChanceryError invalid_input, issue `unknown_charset` at path `file`
 */
export async function* decodeXml(body: AsyncIterable<Uint8Array>, charset?: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let encoding = '';
  let head = Buffer.alloc(0);
  const decode = (bytes: Buffer): Decoded => {
    if (!decoder) {
      encoding = encodingOf(bytes, charset);
      decoder = decoderOf(encoding);
    }
    return decoded(decoder, bytes);
  };
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (!decoder && head.length + bytes.length < headBytes) {
      head = Buffer.concat([head, bytes]);
      continue;
    }
    const all = decoder ? bytes : Buffer.concat([head, bytes]);
    for (let at = 0; at < all.length; at += pieceBytes)
      yield* given(decode(all.subarray(at, at + pieceBytes)), encoding);
  }
  if (!decoder && head.length > 0) yield* given(decode(head), encoding);
  if (decoder) yield* given(decoded(decoder), encoding);
}

interface Decoded {
  text: string;
  isWhole: boolean;
}

function* given({ text, isWhole }: Decoded, encoding: string): Generator<string> {
  if (text !== '') yield text;
  if (!isWhole) throw new NotOfEncoding(encoding);
}

/** The last bytes of all: undefined. */
function decoded(decoder: TextDecoder, bytes?: Buffer): Decoded {
  try {
    return { text: bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode(), isWhole: true };
  } catch {
    // What comes before the fault is wanted too: it says where the fault is.
    const mended = new TextDecoder(decoder.encoding).decode(bytes);
    return { text: mended.slice(0, Math.max(0, mended.indexOf('\uFFFD'))), isWhole: false };
  }
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw fileFault('unknown_charset', { charset: encoding });
  }
}

const marks: [bytes: number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe, 0, 0], 'utf-32le'],
  [[0, 0, 0xfe, 0xff], 'utf-32be'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  // `<` without a mark
  [[0x3c, 0], 'utf-16le'],
  [[0, 0x3c], 'utf-16be'],
];

function encodingOf(head: Buffer, charset: string | undefined): string {
  const marked = marks.find(([bytes]) => bytes.every((byte, at) => head[at] === byte));
  if (marked) return marked[1];
  const declared = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    head.toString('latin1', 0, headBytes),
  );
  const named = charset?.trim().slice(0, 40) || declared?.[1] || 'utf-8';
  // .NET writes texts that say they are UTF-16 and are sent as UTF-8.
  return /^utf-?(16|32)|^ucs-?[24]/i.test(named) ? 'utf-8' : named;
}
