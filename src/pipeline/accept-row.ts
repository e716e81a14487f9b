/** One row accepted: what the row schema and the page say about it, and everything that is decided for its item. */

import { statusIndexAt } from '../credential/status-list.ts';
import { type FieldValue, textOf } from '../domain/field.ts';
import type { Issue } from '../domain/issue.ts';
import type { CleanRow, ItemFacts, RawRow } from '../domain/item.ts';
import { addMonths, itemIdentities, referenceIds, statusPlace } from '../domain/item-identity.ts';
import { compileRowSchema } from '../ingest/row-schema.ts';
import type { BatchSpec } from './batch-spec.ts';

/** A row as `insertItems` stores it. */
export interface NewItem {
  seq: number;
  id: string;
  reference: string;
  status: 'accepted' | 'failed';
  row: number;
  name: string;
  email: string;
  issue: string;
  expiry: string | null;
  fields: Record<string, FieldValue>;
  list: string;
  index: number;
  issues?: Issue[];
  cells?: string[];
}

export interface Acceptance {
  spec: BatchSpec;
  schema: ReturnType<typeof compileRowSchema>;
  identityOf(seq: number): { id: string; emailSalt: string };
  /** The column's header for a placeholder's name, so that an issue names what the spreadsheet shows. */
  headerOf(name: string): string;
  cellOf(raw: RawRow, name: 'name' | 'email'): string;
  placeOf(seq: number): { id: string; index: number };
  referenceOf(seq: number): string;
  today: string;
}

/** `schema`: compiled from the spec's template and column plan; default: it is compiled. */
export function rowAcceptance(spec: BatchSpec, schema = compileRowSchema(spec.template, spec.columnPlan)): Acceptance {
  const seed = Buffer.from(spec.seed, 'base64');
  const referenceSecret = Buffer.from(spec.referenceSecret, 'base64');
  const year = Number(spec.createdAt.slice(0, 4));
  const referenceAt = referenceIds(spec.referencePrefix, year, referenceSecret);
  const ranges = spec.statusLists.map((range) => ({ ...range, key: Buffer.from(range.secret, 'base64') }));
  const { header, targets } = spec.columnPlan;
  const builtIn: Record<string, string> = {
    name: 'name',
    email: 'email',
    issue_date: 'issueDate',
    expiry_date: 'expiryDate',
  };
  const columnOf = (name: string) =>
    targets.findIndex((target) =>
      target.to === 'field' ? target.field === name : target.to === (builtIn[name] ?? ''),
    );
  return {
    spec,
    schema,
    identityOf: itemIdentities(seed),
    headerOf: (name) => header[columnOf(name)] ?? name,
    cellOf: (raw, name) => raw.cells[columnOf(name)] ?? '',
    placeOf(seq) {
      const { range, position } = statusPlace(ranges, seq);
      return { id: range.id, index: statusIndexAt(range.key, position) };
    },
    referenceOf: (seq) => referenceAt(spec.firstReference + seq),
    today: spec.createdAt.slice(0, 10),
  };
}

/** `checkFacts` is the page's word: glyphs no font has, text that fits no box. */
export function acceptRow(
  acceptance: Acceptance,
  raw: RawRow,
  seq: number,
  checkFacts: (facts: ItemFacts) => Issue[],
): NewItem {
  const { spec, today } = acceptance;
  const judged = acceptance.schema(raw);
  if ('issues' in judged) return failedItem(acceptance, raw, seq, judged.issues);
  const { id, emailSalt } = acceptance.identityOf(seq);
  const place = acceptance.placeOf(seq);
  const reference = acceptance.referenceOf(seq);
  const { row } = judged;
  const issueDate = row.issueDate ?? today;
  const expiryDate =
    row.expiryDate ??
    (spec.template.validityMonths === null ? null : addMonths(issueDate, spec.template.validityMonths));
  if (expiryDate !== null && expiryDate < issueDate) {
    const issue: Issue = {
      path: acceptance.headerOf('expiry_date'),
      code: 'date_order',
      params: { value: expiryDate, other: issueDate },
    };
    return failedItem(acceptance, raw, seq, [issue]);
  }
  const issues = checkFacts({
    id,
    referenceId: reference,
    name: row.name,
    email: row.email,
    issueDate,
    expiryDate,
    verificationUrl: `${spec.publicUrl}/credential/${id}`,
    fields: row.fields,
    emailSalt,
    statusList: { url: `${spec.publicUrl}/status-lists/${place.id}`, index: place.index },
  });
  if (issues.length > 0)
    return failedItem(
      acceptance,
      raw,
      seq,
      issues.map((issue) => namedAfterColumn(acceptance, issue, row)),
    );
  const decided = { seq, id, reference, row: raw.row, list: place.id, index: place.index };
  return {
    ...decided,
    status: 'accepted',
    name: row.name,
    email: row.email,
    issue: issueDate,
    expiry: expiryDate,
    fields: row.fields,
  };
}

function namedAfterColumn(acceptance: Acceptance, issue: Issue, row: CleanRow): Issue {
  const value = issue.path === 'name' ? row.name : issue.path === 'email' ? row.email : row.fields[issue.path];
  const params = value === undefined ? issue.params : { value: textOf(value).slice(0, 200), ...issue.params };
  return { ...issue, path: acceptance.headerOf(issue.path), params };
}

/** A row that cannot be issued, kept as it was handed in. */
export function failedItem(acceptance: Acceptance, raw: RawRow, seq: number, issues: Issue[]): NewItem {
  const place = acceptance.placeOf(seq);
  return {
    seq,
    id: acceptance.identityOf(seq).id,
    reference: acceptance.referenceOf(seq),
    status: 'failed',
    row: raw.row,
    list: place.id,
    index: place.index,
    name: storable(acceptance.cellOf(raw, 'name')).slice(0, 200),
    email: storable(acceptance.cellOf(raw, 'email')).slice(0, 320),
    issue: acceptance.today,
    expiry: null,
    fields: {},
    issues: issues.map(storableIssue),
    cells: raw.cells.map(storable),
  };
}

/** PostgreSQL holds neither NUL nor half a character; the cell is kept with a visible stand-in. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\u2400');
}

function storableIssue(issue: Issue): Issue {
  const params = Object.entries(issue.params ?? {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? storable(value) : value,
  ]);
  return { ...issue, path: storable(issue.path), params: Object.fromEntries(params) };
}
