/** Reads an attached file, such as the credential, back out of a document, however hostile the document is. */

import { readForeignPdf } from './foreign-reader.ts';

/** The attachment of that name, or the first one where no name is given; undefined where there is none. At most 20 MB, of a PDF of at most 24.
 * Throws `invalid_input` where the file is no readable PDF. */
export async function extractAttachment(
  pdf: Uint8Array,
  name?: string,
): Promise<{ name: string; data: Uint8Array } | undefined> {
  const { attachment } = await readForeignPdf({ task: 'attachment', data: pdf, name });
  return attachment;
}
