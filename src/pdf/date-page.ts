/** Gives a page program the time of a batch, which stands in what every document writes itself and nowhere in the prefix. */

import { authorOf, type PageProgram } from './compile-page.ts';
import { metadataOf } from './metadata.ts';
import { pdfDate } from './pdf-objects.ts';
import { type EmptySeal, emptySeal } from './seal-hole.ts';

/** A page program that documents can be filled from. */
export interface DatedPage extends PageProgram {
  readonly metadata: ReturnType<typeof metadataOf>;
  /** As a PDF date. */
  readonly date: string;
  /** The signature dictionary with its hole; where documents are sealed. */
  readonly emptySeal: EmptySeal | undefined;
}

/** `createdAt`: ISO time of the batch, the only clock of its documents. Costs microseconds; all that was compiled is shared. */
export function datePage(program: PageProgram, createdAt: string): DatedPage {
  const { inputs } = program;
  const metadata = metadataOf({ author: authorOf(inputs), createdAt, language: inputs.template.language });
  const date = pdfDate(createdAt);
  return { ...program, metadata, date, emptySeal: inputs.seal && emptySeal(inputs.seal, date, authorOf(inputs)) };
}
