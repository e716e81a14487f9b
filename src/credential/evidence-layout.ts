/** Where each piece of evidence stands in a credential: RDF keeps no order among them, so the text has one of its own. */

import type { Evidence } from '../domain/field.ts';
import type { ItemFacts } from '../domain/item.ts';
import type { BadgeInputs, HoleName } from './open-badge.ts';

/** What a place is filled from: a url field of the bindings, an approval, or the next of the pieces that the row names. */
export type EvidenceSlot =
  | { from: 'binding'; at: number }
  | { from: 'approval'; at: number }
  | { from: 'row'; described: boolean };

export type EvidenceLayout = readonly EvidenceSlot[];

/** What tells two pieces of evidence apart and orders them: what they say, then their address. */
export function evidenceKey(evidence: { id?: string; name: string; description?: string; narrative?: string }): string {
  const { name, description = '', narrative, id = '' } = evidence;
  return JSON.stringify(narrative === undefined ? [name, description] : [name, description, narrative]) + id;
}

interface Placed {
  key: string;
  slot: EvidenceSlot;
}

/** Of a row that names no pieces itself: no address decides, since no two bindings say the same. */
export function constantLayout(inputs: BadgeInputs, present: ReadonlySet<HoleName>): EvidenceLayout {
  const bound = inputs.template.bindings.evidence.flatMap((evidence, at): Placed[] =>
    present.has(`evidence.${at}`) ? [{ key: evidenceKey(evidence), slot: { from: 'binding', at } }] : [],
  );
  return inOrder([...bound, ...approved(inputs)]).map(({ slot }) => slot);
}

/** Of a row that names pieces: the layout, and the pieces in their order. */
export function rowLayout(inputs: BadgeInputs, { fields }: ItemFacts, pieces: readonly Evidence[]) {
  const bound = inputs.template.bindings.evidence.flatMap((evidence, at): Placed[] => {
    const { field, ...said } = evidence;
    return Object.hasOwn(fields, field)
      ? [{ key: evidenceKey({ ...said, id: String(fields[field]) }), slot: { from: 'binding', at } }]
      : [];
  });
  const own = pieces.map((piece): Placed & { piece: Evidence } => {
    const { url: id, name, description } = piece;
    return {
      key: evidenceKey({ id, name, description }),
      slot: { from: 'row', described: description !== undefined },
      piece,
    };
  });
  const sorted = inOrder<Placed & { piece?: Evidence }>([...bound, ...approved(inputs), ...own]);
  return {
    layout: sorted.map(({ slot }) => slot),
    pieces: sorted.flatMap(({ piece }) => (piece ? [piece] : [])),
  };
}

/** Names the layout: the same for every row that looks alike. */
export function layoutName(layout: EvidenceLayout): string {
  return layout
    .map((slot) => (slot.from === 'row' ? (slot.described ? 'd' : 'p') : `${slot.from.charAt(0)}${slot.at}`))
    .join(' ');
}

function approved({ approvals = [] }: BadgeInputs): Placed[] {
  return approvals.map((one, at) => ({ key: evidenceKey(one), slot: { from: 'approval', at } }));
}

function inOrder<T extends Placed>(list: T[]): T[] {
  return list.sort((a, b) => (a.key < b.key ? -1 : 1));
}
