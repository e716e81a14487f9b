/** Tells the PDF of a batch from its XML, which come to the same address: by a content type that says so, else by the first bytes. */

import { ChanceryError, invalidInput } from '../../errors.ts';

export type BodyKind = 'pdf' | 'xml';

export interface BegunBody {
  kind: BodyKind;
  /** Of the content type; for XML alone. */
  charset: string | undefined;
  /** All of it, what was looked at included. */
  pieces: AsyncIterable<Uint8Array>;
}

const looked = 1_024;

/** Throws `invalid_input` for a body that is empty, or neither; and what `pieces` throws. */
export async function beginBody(
  pieces: AsyncGenerator<Uint8Array>,
  contentType: string | undefined,
): Promise<BegunBody> {
  const held: Uint8Array[] = [];
  let size = 0;
  try {
    while (size < looked) {
      const { value, done } = await pieces.next();
      if (done) break;
      held.push(value);
      size += value.length;
    }
    const kind = kindOf(contentType, Buffer.concat(held).subarray(0, looked));
    return { kind, charset: charsetOf(contentType), pieces: joined(held, pieces) };
  } catch (error) {
    await pieces.return(undefined);
    throw error;
  }
}

async function* joined(held: Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* held.splice(0);
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function kindOf(contentType: string | undefined, head: Buffer): BodyKind {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('multipart/'))
    throw new ChanceryError('invalid_input', 'send the PDF or the XML as the body itself, not as a part of a form');
  if (head.length === 0) throw invalidInput('the body is empty; send the PDF or the XML in it');
  const isPdf = head.includes('%PDF-');
  if (type === 'application/pdf') {
    if (!isPdf) throw invalidInput('the body is not a PDF, although its content type says so');
    return 'pdf';
  }
  if (/^(application|text)\/xml$|\+xml$/.test(type)) return 'xml';
  if (isPdf && !beginsAsXml(head)) return 'pdf';
  if (beginsAsXml(head)) return 'xml';
  throw invalidInput('the body is neither a PDF nor XML');
}

/** The first character that is no blank, of UTF-8 or UTF-16, with its mark or without. */
function beginsAsXml(head: Buffer): boolean {
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(head.toString('latin1'));
}

function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType ?? '')?.[1];
}
