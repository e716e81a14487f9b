/** Writes the part of a document that differs from item to item; with the program's prefix before it, it is a whole PDF/A-3b file. */

import type { Issue } from '../domain/issue.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import { invalidInput } from '../errors.ts';
import { ownObjects, type PageProgram, titleOf } from './compile-page.ts';
import type { DatedPage } from './date-page.ts';
import { deflateSmall } from './deflate-small.ts';
import { objectsPerFont } from './font-objects.ts';
import { PackWriter } from './pack-writer.ts';
import { OwnFont } from './page-fonts.ts';
import { pdfName, pdfText } from './pdf-objects.ts';
import { fillSeal, movedBy } from './seal-hole.ts';
import { TailWriter } from './tail-writer.ts';

export interface Attachment {
  name: string;
  /** JSON text of the credential; bytes are UTF-8. */
  data: Uint8Array | string;
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

/** More than most tails have. */
const oneTail = 12_000;

/**
 * Synchronous; the same arguments always give the same bytes. Throws `invalid_input` with `missing_glyph`, `text_overflow` or `invalid` issues.
 * `pack`: where the tail is written; it is then a view of it, good until more is written.
 */
export function fillPage(
  program: DatedPage,
  values: DisplayValues,
  attachment: Attachment,
  pack = new PackWriter(oneTail),
): FilledPage {
  const { inputs } = program;
  const own = new OwnFont();
  const content = drawContent(program, values, own);
  const title = titleOf(inputs, values);
  const tail = new TailWriter(pack, program.prefix.length);
  const { info, filespec, metadata, attachment: embedded, fonts } = ownObjects;
  tail.stream(metadata, '/Type/Metadata/Subtype/XML', ...program.metadata.xmp(title));
  tail.object(info, program.metadata.info(title));
  const name = pdfText(attachment.name);
  tail.object(
    filespec,
    `<</Type/Filespec/F${name}/UF${name}/AFRelationship/Data/Desc(Verifiable credential)/EF<</F ${embedded} 0 R/UF ${embedded} 0 R>>>>`,
  );
  const { data } = attachment;
  const size = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
  const parameters = `/Params<</Size ${size}/ModDate${program.date}>>`;
  const subtype = `/Type/EmbeddedFile/Subtype${pdfName(attachment.mediaType)}`;
  const { at: attachmentOffset } = tail.stream(embedded, `${subtype}${parameters}`, data);
  tail.stream(ownObjects.content, '/Filter/FlateDecode', deflateSmall(Buffer.from(content, 'latin1')));
  const { emptySeal } = program;
  const hole = inputs.seal && emptySeal && movedBy(emptySeal.hole, tail.object(ownObjects.signature, emptySeal.body));
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
  const bytes = tail.finish(program, next, values.credential_id ?? '');
  if (hole && inputs.seal) fillSeal(bytes, program.prefix.length, hole, program.states.seal.copy(), inputs.seal);
  const sha256 = program.states.sha256.copy().update(bytes).digest('hex');
  return { tail: bytes, sha256, attachmentOffset, attachmentLength: size };
}

function drawContent(program: PageProgram, values: DisplayValues, own: OwnFont): string {
  const issues: Issue[] = [];
  let content = '';
  for (const step of program.steps) content += typeof step === 'string' ? step : step.draw(values, own, issues);
  if (issues.length > 0) throw invalidInput('the values do not fit the page', issues);
  return content;
}
