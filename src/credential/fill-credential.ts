/** A signed credential out of a compiled program and one item's facts: same program, same facts, same bytes. */

import { hash } from 'node:crypto';
import type { Evidence } from '../domain/field.ts';
import type { Issue } from '../domain/issue.ts';
import type { ItemFacts } from '../domain/item.ts';
import { isSafeNumber, isSafeWebIri, numberLexical } from '../domain/signable.ts';
import { vaultFields, vaultTemplate } from '../domain/vault-template.ts';
import { ChanceryError, invalidInput } from '../errors.ts';
import { canonizeFilled, fillCanonical } from './canonicalize.ts';
import { type CredentialProgram, type CredentialShape, shapeKey, shapeOf } from './compile-credential.ts';
import type { DatedCredential } from './date-credential.ts';
import { rowLayout } from './evidence-layout.ts';
import { fillParts } from './hole.ts';
import type { HoleName } from './open-badge.ts';
import { signHashes } from './proof.ts';
import { escapeJson, escapeLiteral } from './rdf-values.ts';
import { statusListLength } from './status-list.ts';

/**
 * Signed JSON text. A promise only when a shape is met for the first time, or when two blank nodes hash alike (`canonizeFilled`).
 * Throws (or rejects with) `invalid_input` and issues by field: number_unsafe, not_a_url, not_a_date, malformed_text, not_evidence.
 */
export function fillCredential(program: DatedCredential, facts: ItemFacts): string | Promise<string> {
  let mask = 0;
  program.optional.forEach((part, bit) => {
    const there = part.field === undefined ? facts.expiryDate !== null : Object.hasOwn(facts.fields, part.field);
    if (there) mask |= 1 << bit;
  });
  const own = ownEvidence(program, facts);
  const { layout, pieces } = own ? rowLayout(program.inputs, facts, own) : { layout: undefined, pieces: [] };
  const fill = (shape: CredentialShape) => fillShape(program, shape, facts, pieces);
  const shape = program.shapes.get(shapeKey(mask, layout));
  return shape ? fill(shape) : shapeOf(program, mask, layout).then(fill);
}

/** Undefined where the row names none. */
function ownEvidence({ inputs }: CredentialProgram, { fields }: ItemFacts): readonly Evidence[] | undefined {
  const { evidenceField } = inputs.template.bindings;
  if (evidenceField === undefined || !Object.hasOwn(fields, evidenceField)) return undefined;
  const value = fields[evidenceField];
  if (!Array.isArray(value))
    throw invalidInput('this row cannot become a credential', [{ path: evidenceField, code: 'not_evidence' }]);
  return value.length > 0 ? (value as readonly Evidence[]) : undefined;
}

function fillShape(
  program: DatedCredential,
  shape: CredentialShape,
  facts: ItemFacts,
  pieces: readonly Evidence[],
): string | Promise<string> {
  const values = valuesOf(program, shape, facts, pieces);
  const literals: string[] = [];
  const json: string[] = [];
  for (const value of values) {
    literals.push(typeof value === 'number' ? numberLexical(value) : escapeLiteral(value));
    json.push(typeof value === 'number' ? JSON.stringify(value) : escapeJson(value));
  }
  const finish = (canonical: string) => {
    const proofValue = signHashes(program.proofHash, hash('sha256', canonical, 'buffer'), program.key);
    return fillParts(shape.json, json) + program.proofJson[0] + proofValue + program.proofJson[1];
  };
  const canonical = fillCanonical(shape.plan, literals);
  if (canonical !== undefined) return finish(canonical);
  const raw = values.map((value) => (typeof value === 'number' ? numberLexical(value) : value));
  return canonizeFilled(shape.plan, raw).then(finish);
}

const isoDate = /^\d{4}-\d\d-\d\d$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The value of each hole of the shape, checked. */
function valuesOf(
  program: CredentialProgram,
  shape: CredentialShape,
  facts: ItemFacts,
  pieces: readonly Evidence[],
): (string | number)[] {
  checkDecidedFacts(facts);
  const issues: Issue[] = [];
  const links = new Set([`${facts.statusList.url}#${facts.statusList.index}`]);
  const values = shape.holes.map(({ name: hole, field, piece }) => {
    if (field === undefined) return decidedValue(hole, facts, issues);
    const value = piece ? (pieces[piece.at]?.[piece.part] as string) : (facts.fields[field] as string | number);
    const issue = fieldIssue(program, hole, field, value, links);
    if (issue) issues.push(issue);
    return hole === 'creditsEarned' ? value : String(value);
  });
  if (issues.length > 0) throw invalidInput('this row cannot become a credential', issues);
  return values;
}

/** Values that were decided or checked when the item was accepted. */
function decidedValue(hole: HoleName, facts: ItemFacts, issues: Issue[]): string {
  switch (hole) {
    case 'id':
      return facts.id;
    case 'name':
      if (!facts.name.isWellFormed()) issues.push({ path: 'name', code: 'malformed_text' });
      return facts.name;
    case 'emailHash':
      if (!facts.email.isWellFormed()) issues.push({ path: 'email', code: 'malformed_text' });
      return emailHash(facts.email, facts.emailSalt);
    case 'emailSalt':
      return facts.emailSalt;
    case 'issueDate':
      return facts.issueDate;
    case 'expiryDate':
      return facts.expiryDate as string;
    case 'statusList':
      return facts.statusList.url;
    case 'statusIndex':
      return String(facts.statusList.index);
    case 'page':
      return facts.verificationUrl;
    case 'title':
    case 'details':
    case 'original':
      return uploadedValue(hole, facts);
    default:
      throw new ChanceryError('internal', `the hole ${hole} has no source`);
  }
}

function uploadedValue(hole: 'title' | 'details' | 'original', { fields }: ItemFacts): string {
  const { title, details, original, fingerprint } = vaultFields;
  if (hole === 'title') return String(fields[title]);
  if (hole === 'details') return String(fields[details] ?? vaultTemplate.achievement.description);
  return `${fields[original]}, SHA-256 ${fields[fingerprint]}`;
}

/** Hex of SHA-256 over e-mail address and salt (OB 3.0, IdentityHash). */
export function emailHash(email: string, salt: string): string {
  return hash('sha256', email + salt, 'hex');
}

function checkDecidedFacts(facts: ItemFacts): void {
  const { index, url } = facts.statusList;
  const wrong =
    (!uuid.test(facts.id) && 'id') ||
    (!isoDate.test(facts.issueDate) && 'issueDate') ||
    (facts.expiryDate !== null && !isoDate.test(facts.expiryDate) && 'expiryDate') ||
    (!/^[0-9a-f]{32}$/.test(facts.emailSalt) && 'emailSalt') ||
    (!(Number.isInteger(index) && index >= 0 && index < statusListLength) && 'statusList.index') ||
    ((!isSafeWebIri(url) || url.includes('#')) && 'statusList.url') ||
    ((!isSafeWebIri(facts.verificationUrl) || facts.verificationUrl.includes('#')) && 'verificationUrl');
  if (wrong) throw new ChanceryError('internal', `the item's ${wrong} is malformed`, { details: { id: facts.id } });
}

function fieldIssue(
  program: CredentialProgram,
  hole: HoleName,
  path: string,
  value: unknown,
  links: Set<string>,
): Issue | undefined {
  if (hole === 'creditsEarned') {
    if (typeof value !== 'number') return { path, code: 'not_a_number', params: { value: cut(value) } };
    return isSafeNumber(value) ? undefined : { path, code: 'number_unsafe', params: { value: cut(value) } };
  }
  const text = String(value);
  if (hole === 'activityStartDate' || hole === 'activityEndDate')
    return isoDate.test(text)
      ? undefined
      : { path, code: 'not_a_date', params: { value: cut(text), format: 'YYYY-MM-DD' } };
  if (!hole.startsWith('evidence.') && !/^piece\.\d+\.url$/.test(hole))
    return text.isWellFormed() ? undefined : { path, code: 'malformed_text' };
  if (!isSafeWebIri(text)) return { path, code: 'not_a_url', params: { value: cut(text) } };
  // Two nodes of one identifier are one node in RDF: their names could be swapped without breaking the signature.
  if (links.has(text) || program.reservedIds.has(text))
    return { path, code: 'invalid', params: { reason: 'the credential names this address already', value: cut(text) } };
  links.add(text);
  return undefined;
}

function cut(value: unknown): string {
  return String(value).slice(0, 200);
}
