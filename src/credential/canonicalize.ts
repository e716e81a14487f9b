/**
 * Canonical N-Quads with holes: JSON-LD expansion and RDF conversion happen once per document shape, a row only fills, hashes and sorts.
 * Exact, not approximate: the text equals RDFC-1.0 of the filled document, or `fillCanonical` says that it cannot know.
 *
 * Why that is sound: expansion never looks inside the string of an ordinary term, so another string gives the same quads with another literal;
 * holes that would reach a predicate, a datatype, an unsafe identifier, or nothing at all are refused. Blank nodes are labelled in the order of
 * their first-degree hashes, which is what RDFC-1.0 does as long as no two are equal; equal ones go to the full algorithm.
 */

import { hash } from 'node:crypto';
import { NQuads } from 'rdf-canonize';
import { numberLexical } from '../domain/signable.ts';
import { fillParts, type Hole, type HoleMarks, joinParts, orderOfParts, type Parts } from './hole.ts';
import { canonizeDataset, toDataset } from './proof.ts';

interface Term {
  termType: string;
  value: string;
  datatype?: Term;
  language?: string;
}

export interface Quad {
  subject: Term;
  predicate: Term;
  object: Term;
  graph: Term;
}

/** Lines in canonical order: decided when compiled, or sorted after filling. */
type Block = { text: Parts } | { lines: readonly Parts[] };

/** All lines of one subject; groups sort by `key`, blocks stand in order. */
interface Group {
  key: Parts;
  blocks: readonly Block[];
}

export interface CanonicalPlan {
  holes: readonly Hole[];
  /** Per blank node: its first-degree hash, or what to hash. */
  blankNodes: readonly (string | Block)[];
  /** Slots after the holes are the blank nodes' labels. */
  groups: readonly Group[];
  /** With marks, for the full algorithm. */
  dataset: readonly Quad[];
  marks: HoleMarks;
}

/** Compiles a document with marks. Throws on undefined terms and on holes whose filling would not be signed, or not as that value. */
export async function compileCanonical(document: unknown, marks: HoleMarks): Promise<CanonicalPlan> {
  return planCanonical(await markedDataset(document, marks), marks);
}

/** The quads of a document with marks, numbers marked as well. */
export async function markedDataset(document: unknown, marks: HoleMarks): Promise<Quad[]> {
  return markNumbers((await toDataset(document)) as Quad[], marks);
}

/** The part without JSON-LD; throws as `compileCanonical` does. */
export function planCanonical(dataset: readonly Quad[], marks: HoleMarks): CanonicalPlan {
  checkHoles(dataset, marks);
  const labels = new Map<string, number>();
  for (const quad of dataset)
    for (const term of [quad.subject, quad.object])
      if (term.termType === 'BlankNode' && !labels.has(term.value)) labels.set(term.value, labels.size);
  return {
    holes: marks.holes,
    blankNodes: [...labels.keys()].map((label) => hashPlan(dataset, label, marks)),
    groups: groupsOf(dataset, labels, marks),
    dataset,
    marks,
  };
}

function markNumbers(dataset: Quad[], marks: HoleMarks): Quad[] {
  const numbers = new Map<string, string>();
  marks.holes.forEach((hole, slot) => {
    if (hole.kind === 'number') numbers.set(numberLexical(marks.number(hole.name)), marks.markOf(slot));
  });
  return dataset.map((quad) => {
    const mark = quad.object.termType === 'Literal' ? numbers.get(quad.object.value) : undefined;
    return mark === undefined ? quad : { ...quad, object: { ...quad.object, value: mark } };
  });
}

function checkHoles(dataset: readonly Quad[], marks: HoleMarks): void {
  const signed = new Set<number>();
  for (const { subject, predicate, object, graph } of dataset) {
    for (const term of [predicate, graph, object.datatype])
      if (term && marks.has(term.value)) throw new Error('a hole may not decide a property, a datatype or a graph');
    if (object.language && marks.has(object.language)) throw new Error('a hole may not decide a language');
    for (const term of [subject, object])
      for (const slot of marks.slotsIn(term.value)) {
        if (term.termType !== 'Literal' && marks.holes[slot]?.kind !== 'iri')
          throw new Error(`the hole ${marks.holes[slot]?.name} stands in an identifier`);
        signed.add(slot);
      }
  }
  marks.holes.forEach((hole, slot) => {
    if (!signed.has(slot)) throw new Error(`the hole ${hole.name} would not be signed`);
  });
}

/** The lines of RDFC-1.0's Hash First Degree Quads for one blank node. */
function hashPlan(dataset: readonly Quad[], label: string, marks: HoleMarks): string | Block {
  const isNode = (term: Term) => term.termType === 'BlankNode' && term.value === label;
  const lines = dataset
    .filter((quad) => isNode(quad.subject) || isNode(quad.object))
    .map((quad) => marks.split(serialize(quad, (other) => (other === label ? 'a' : 'z'))));
  const block = blockOf(lines);
  return lines.some((line) => line.slots.length > 0) ? block : hash('sha256', fillBlock(block, []), 'hex');
}

function groupsOf(dataset: readonly Quad[], labels: ReadonlyMap<string, number>, marks: HoleMarks): Group[] {
  const labelOf = (label: string) => marks.markOf(marks.holes.length + (labels.get(label) as number));
  const groups = new Map<string, Map<string, Parts[]>>();
  for (const quad of dataset) {
    const key = quad.subject.termType === 'BlankNode' ? `_:${labelOf(quad.subject.value)}` : `<${quad.subject.value}>`;
    const byPredicate = groups.get(key) ?? new Map<string, Parts[]>();
    groups.set(key, byPredicate);
    const lines = byPredicate.get(quad.predicate.value) ?? [];
    byPredicate.set(quad.predicate.value, lines);
    lines.push(marks.split(serialize(quad, labelOf)));
  }
  return [...groups].map(([key, byPredicate]) => ({
    key: marks.split(`${key} `),
    blocks: mergeBlocks(
      [...byPredicate].sort(([a], [b]) => (`${a}>` < `${b}>` ? -1 : 1)).map(([, lines]) => blockOf(lines)),
    ),
  }));
}

function serialize(quad: Quad, labelOf: (label: string) => string): string {
  const relabel = (term: Term) => (term.termType === 'BlankNode' ? { ...term, value: labelOf(term.value) } : term);
  return NQuads.serializeQuad({ ...quad, subject: relabel(quad.subject), object: relabel(quad.object) });
}

function blockOf(lines: readonly Parts[]): Block {
  const decided = lines.every((a, i) => lines.every((b, j) => i === j || orderOfParts(a, b) !== undefined));
  if (!decided) return { lines };
  return { text: joinParts([...lines].sort((a, b) => orderOfParts(a, b) as number)) };
}

function mergeBlocks(blocks: Block[]): Block[] {
  const merged: Block[] = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    if (last && 'text' in last && 'text' in block) last.text = joinParts([last.text, block.text]);
    else merged.push(block);
  }
  return merged;
}

function fillBlock(block: Block, values: readonly string[]): string {
  if ('text' in block) return fillParts(block.text, values);
  // Array.prototype.sort without a function compares UTF-16 units, as rdf-canonize does.
  return block.lines
    .map((line) => fillParts(line, values))
    .sort()
    .join('');
}

/**
 * Canonical N-Quads for one row; `values` by slot, escaped for N-Quads (`escapeLiteral`, `numberLexical`).
 * Undefined if two blank nodes hash alike or two subjects are filled alike: then `canonizeFilled` gives the answer.
 */
export function fillCanonical(plan: CanonicalPlan, values: readonly string[]): string | undefined {
  const slots = values.slice(0, plan.holes.length);
  const ranked = plan.blankNodes.map((node, at) => ({
    at,
    hash: typeof node === 'string' ? node : hash('sha256', fillBlock(node, slots), 'hex'),
  }));
  ranked.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  for (let rank = 0; rank < ranked.length; rank++) {
    if (rank > 0 && ranked[rank]?.hash === ranked[rank - 1]?.hash) return undefined;
    slots[plan.holes.length + (ranked[rank]?.at as number)] = `c14n${rank}`;
  }
  const groups = plan.groups.map((group) => ({ key: fillParts(group.key, slots), blocks: group.blocks }));
  groups.sort((a, b) => (a.key < b.key ? -1 : 1));
  if (groups.some((group, at) => group.key === groups[at - 1]?.key)) return undefined;
  let text = '';
  for (const group of groups) for (const block of group.blocks) text += fillBlock(block, slots);
  return text;
}

/** The same by the full algorithm, measured: ten times slower; `values` by slot, not escaped, numbers in lexical form. */
export function canonizeFilled(plan: CanonicalPlan, values: readonly string[]): Promise<string> {
  const fill = (term: Term): Term =>
    plan.marks.has(term.value) ? { ...term, value: fillParts(plan.marks.split(term.value), values) } : term;
  return canonizeDataset(
    plan.dataset.map((quad) => ({ ...quad, subject: fill(quad.subject), object: fill(quad.object) })),
  );
}
