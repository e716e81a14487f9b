/** How much paper goes into what: the envelope a piece is put into, or why there is none. */

import type { Envelope, PrintProduct } from './print-product.ts';

export type Fit =
  /** Null: the piece is mailed as it is. */
  { envelope: Envelope | null; fault: null } | { envelope: null; fault: string };

type Held = Pick<PrintProduct, 'name' | 'envelopes' | 'maxSheets' | 'duplex'>;

/** `sheets` are all of the piece, a separate address page among them. The fault is a sentence. */
export function fitEnvelope({ name, envelopes, maxSheets, duplex }: Held, sheets: number): Fit {
  if (sheets > maxSheets) return fault(`${name} takes at most ${counted(maxSheets)}; this job has ${sheets}.`);
  if (envelopes.length === 0) return { envelope: null, fault: null };
  const envelope = envelopes.find(({ capacity }) => capacity >= sheets);
  if (envelope) return { envelope, fault: null };
  const [widest, ...others] = envelopes.toSorted((a, b) => b.capacity - a.capacity) as [Envelope, ...Envelope[]];
  const which = others.length === 0 ? widest.name : `the largest of its envelopes, ${widest.name},`;
  const remedy = duplex ? 'choose a larger envelope' : 'choose a larger envelope, or print on both sides';
  return fault(`${which} takes at most ${counted(widest.capacity)}; this job has ${sheets}: ${remedy}.`);
}

const counted = (sheets: number) => (sheets === 1 ? '1 sheet' : `${sheets} sheets`);

const fault = (sentence: string): Fit => ({
  envelope: null,
  fault: sentence.charAt(0).toUpperCase() + sentence.slice(1),
});
