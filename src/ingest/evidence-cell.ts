/** A cell of evidence: the JSON text of a list of pieces, each with name and url and perhaps a description. */

import { cleanText, type Fault, isFault } from '../domain/clean-text.ts';
import type { Evidence, Field } from '../domain/field.ts';
import { isSafeWebIri } from '../domain/signable.ts';
import { codePoints, shown } from '../domain/text.ts';

const longest = { name: 300, url: 2_000, description: 2_000 } as const;
type Key = keyof typeof longest;

/**
 * Gives undefined for an empty list. Keys that are not ours are left out, as columns of a sheet are that no field wants.
 * Every fault but that of the whole names the piece by `position`, from 1, and its `key`.
 */
export function evidenceCell({ min = 0, max }: Extract<Field, { type: 'evidence' }>) {
  return (text: string): readonly Evidence[] | Fault | undefined => {
    const list = parseList(text);
    if (list === undefined) return { code: 'not_evidence', params: { value: shown(text) } };
    if (list.length === 0) return undefined;
    if (list.length < min) return { code: 'too_few', params: { found: list.length, min } };
    if (list.length > max) return { code: 'too_many', params: { found: list.length, max } };
    const pieces: Evidence[] = [];
    const urls = new Set<string>();
    for (const [at, given] of list.entries()) {
      const piece = readPiece(given, at + 1);
      if (isFault(piece)) return piece;
      if (urls.has(piece.url)) return { code: 'evidence_repeated', params: { position: at + 1, value: piece.url } };
      urls.add(piece.url);
      pieces.push(piece);
    }
    return pieces;
  };
}

function parseList(text: string): unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function readPiece(given: unknown, position: number): Evidence | Fault {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { code: 'not_evidence', params: { position, value: shown(JSON.stringify(given)) } };
  const part = (key: Key) =>
    readPart(Object.hasOwn(given, key) ? (given as Record<Key, unknown>)[key] : null, key, position);
  const [name, url, description] = [part('name'), part('url'), part('description')];
  for (const one of [name, url, description]) if (isFault(one)) return one;
  if (name === '') return { code: 'evidence_incomplete', params: { position, key: 'name' } };
  if (url === '') return { code: 'evidence_incomplete', params: { position, key: 'url' } };
  if (!isSafeWebIri(url as string) || !URL.canParse(url as string))
    return { code: 'evidence_not_a_url', params: { position, key: 'url', value: shown(url as string) } };
  const piece: Evidence = { name: name as string, url: url as string };
  if (description !== '') piece.description = description as string;
  return piece;
}

/** Empty where there is none; null counts as none, as programs write it. */
function readPart(given: unknown, key: Key, position: number): string | Fault {
  if (given === undefined || given === null) return '';
  if (typeof given !== 'string')
    return { code: 'evidence_not_a_text', params: { position, key, value: shown(JSON.stringify(given)) } };
  const text = cleanText(given.trim(), key === 'description');
  if (isFault(text)) return { ...text, params: { position, key, ...text.params } };
  const length = codePoints(text);
  const max = longest[key];
  return length > max
    ? { code: 'evidence_too_long', params: { position, key, length, max, value: shown(text) } }
    : text;
}
