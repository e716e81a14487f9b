/**
 * The quads of a document that names many pieces of evidence, out of those of one that names a single one. Each piece is a node with an address of
 * its own, so another piece gives the same quads about another address; JSON-LD need not be asked again.
 */

import type { Quad } from './canonicalize.ts';
import type { HoleMarks } from './hole.ts';
import type { HoleName, PieceHole } from './open-badge.ts';

export interface MarkedDataset {
  dataset: readonly Quad[];
  marks: HoleMarks<HoleName>;
}

const first = 'piece.0.';

/** `one` has one piece with a description; the quads for `described.length` pieces, with the marks of the document that has them. */
export function repeatPieces(one: MarkedDataset, marks: HoleMarks<HoleName>, described: readonly boolean[]): Quad[] {
  const descriptionMark = one.marks.markOf(one.marks.slotOf(`${first}description`));
  const isOfPiece = (name: HoleName) => name.startsWith(first);
  const namesIn = ({ subject, object }: Quad) =>
    [subject, object]
      .flatMap(({ value }) => one.marks.slotsIn(value))
      .map((slot) => (one.marks.holes[slot] as { name: HoleName }).name);
  const remark = (text: string, at: number): string => {
    if (!one.marks.has(text)) return text;
    const { constants, slots } = one.marks.split(text);
    return slots.reduce((whole, slot, place) => {
      const { name } = one.marks.holes[slot] as { name: HoleName };
      const renamed = isOfPiece(name) ? (name.replace(first, `piece.${at}.`) as PieceHole) : name;
      return whole + marks.markOf(marks.slotOf(renamed)) + constants[place + 1];
    }, constants[0] as string);
  };
  const quadFor = (quad: Quad, at: number): Quad => ({
    ...quad,
    subject: { ...quad.subject, value: remark(quad.subject.value, at) },
    object: { ...quad.object, value: remark(quad.object.value, at) },
  });
  return one.dataset.flatMap((quad) => {
    if (!namesIn(quad).some(isOfPiece)) return [quadFor(quad, 0)];
    const isDescription = quad.object.value === descriptionMark;
    return described.flatMap((has, at) => (isDescription && !has ? [] : [quadFor(quad, at)]));
  });
}
