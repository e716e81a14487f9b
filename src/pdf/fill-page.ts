/** Writes the part of a document that differs from item to item; with the program's prefix before it, it is a whole PDF/A-3b file. */

import { createHash } from 'node:crypto';
import type { Issue } from '../domain/issue.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import { invalidInput } from '../errors.ts';
import { authorOf, ownObjects, type PageProgram, titleOf } from './compile-page.ts';
import type { DatedPage } from './date-page.ts';
import { objectsPerFont } from './font-objects.ts';
import { OwnFont } from './page-fonts.ts';
import { deflateSmall, pdfName, pdfText } from './pdf-objects.ts';
import type { SealKey } from './seal-certificate.ts';
import { emptySeal, fillSeal, type Hole, movedBy } from './seal-hole.ts';

export interface Attachment {
  name: string;
  /** UTF-8 JSON text of the credential. */
  data: Uint8Array;
  mediaType: string;
}

export interface FilledPage {
  tail: Uint8Array;
  /** Hex SHA-256 of prefix and tail. */
  sha256: string;
  /** Where the attachment's plain bytes lie within tail. */
  attachmentOffset: number;
  attachmentLength: number;
}

/** Synchronous; the same arguments always give the same bytes. Throws `invalid_input` with `missing_glyph`, `text_overflow` or `invalid` issues. */
export function fillPage(program: DatedPage, values: DisplayValues, attachment: Attachment): FilledPage {
  const { inputs } = program;
  const own = new OwnFont();
  const content = drawContent(program, values, own);
  const title = titleOf(inputs, values);
  const tail = new TailWriter(program.prefix.length);
  const { info, filespec, metadata, attachment: embedded, fonts } = ownObjects;
  tail.stream(metadata, '/Type/Metadata/Subtype/XML', program.metadata.xmp(title));
  tail.object(info, program.metadata.info(title));
  const name = pdfText(attachment.name);
  tail.object(
    filespec,
    `<</Type/Filespec/F${name}/UF${name}/AFRelationship/Data/Desc(Verifiable credential)/EF<</F ${embedded} 0 R/UF ${embedded} 0 R>>>>`,
  );
  const parameters = `/Params<</Size ${attachment.data.length}/ModDate${program.date}>>`;
  const subtype = `/Type/EmbeddedFile/Subtype${pdfName(attachment.mediaType)}`;
  const attachmentOffset = tail.stream(embedded, `${subtype}${parameters}`, attachment.data);
  tail.stream(ownObjects.content, '/Filter/FlateDecode', deflateSmall(Buffer.from(content, 'latin1')));
  const hole = inputs.seal && placeSignature(tail, inputs.seal, program);
  let next = program.nextNumber;
  let resources = program.sharedResources;
  if (!own.isEmpty) {
    resources += `/${own.name} ${next} 0 R`;
    own.subset.objects(next).forEach((body, at) => {
      tail.object(next + at, body);
    });
    next += objectsPerFont;
  }
  tail.object(fonts, `<<${resources}>>`);
  tail.finish(program, next, values.credential_id ?? '');
  const bytes = tail.bytes();
  if (hole && inputs.seal) fillSeal(bytes, program.prefix.length, hole, program.states.seal.copy(), inputs.seal);
  const sha256 = program.states.sha256.copy().update(bytes).digest('hex');
  return { tail: bytes, sha256, attachmentOffset, attachmentLength: attachment.data.length };
}

function drawContent(program: PageProgram, values: DisplayValues, own: OwnFont): string {
  const issues: Issue[] = [];
  let content = '';
  for (const step of program.steps) content += typeof step === 'string' ? step : step.draw(values, own, issues);
  if (issues.length > 0) throw invalidInput('the values do not fit the page', issues);
  return content;
}

function placeSignature(tail: TailWriter, key: SealKey, program: DatedPage): Hole {
  const { body, hole } = emptySeal(key, program.date, authorOf(program.inputs));
  return movedBy(hole, tail.object(ownObjects.signature, body));
}

class TailWriter {
  readonly #start: number;
  readonly #parts: (string | Uint8Array)[] = [];
  readonly #offsets = new Map<number, number>();
  #length = 0;

  constructor(start: number) {
    this.#start = start;
  }

  /** Writes an object; answers where its body begins. Strings are Latin-1. */
  object(number: number, body: string | Uint8Array): number {
    this.#offsets.set(number, this.#start + this.#length);
    this.#push(`${number} 0 obj\n`);
    const at = this.#length;
    this.#push(body);
    this.#push('\nendobj\n');
    return at;
  }

  /** Writes a stream of data that is already as its filter wants it; answers where the data begins. */
  stream(number: number, dictionary: string, data: Uint8Array): number {
    this.#offsets.set(number, this.#start + this.#length);
    this.#push(`${number} 0 obj\n<<${dictionary}/Length ${data.length}>>stream\n`);
    const at = this.#length;
    this.#push(data);
    this.#push('\nendstream\nendobj\n');
    return at;
  }

  /** Writes the cross-reference stream, which goes on in the prefix, and the end of the file. */
  finish(program: PageProgram, xref: number, credentialId: string): void {
    const at = this.#start + this.#length;
    this.#offsets.set(xref, at);
    const numbers = [...this.#offsets.keys()].sort((a, b) => a - b);
    const entries = Buffer.alloc(numbers.length * 5);
    numbers.forEach((number, index) => {
      entries[index * 5] = 1;
      entries.writeUInt32BE(this.#offsets.get(number) as number, index * 5 + 1);
    });
    const id = createHash('sha256').update(program.prefixHash).update(credentialId).digest('hex').slice(0, 32);
    this.stream(
      xref,
      `/Type/XRef/Size ${xref + 1}/Root ${program.root} 0 R/Info ${ownObjects.info} 0 R` +
        `/ID[<${program.prefixHash.slice(0, 32)}><${id}>]/Prev ${program.xrefAt}/W[1 4 0]/Index[${sections(numbers)}]`,
      entries,
    );
    this.#push(`startxref\n${at}\n%%EOF\n`);
  }

  bytes(): Buffer {
    const bytes = Buffer.allocUnsafe(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      if (typeof part === 'string') at += bytes.write(part, at, 'latin1');
      else {
        bytes.set(part, at);
        at += part.length;
      }
    }
    return bytes;
  }

  #push(part: string | Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}

/** Ascending numbers as pairs of first and count. */
function sections(numbers: readonly number[]): string {
  const pairs: [number, number][] = [];
  for (const number of numbers) {
    const last = pairs.at(-1);
    if (last && last[0] + last[1] === number) last[1]++;
    else pairs.push([number, 1]);
  }
  return pairs.flat().join(' ');
}
