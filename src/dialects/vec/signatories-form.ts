/** The signatories of a form in VEC's two vocabularies and their mixtures; faults stand under the reference's keys with the client's own numbers. */

import type { Issue } from '../../domain/issue.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { Form } from '../../http/read-form.ts';
import type { ChosenSignatory } from '../../usecases/batches/choose-signatories.ts';

const userKeys = ['user_uuid', 'institution_user_uuid', 'user_id', 'institution_user_id'];
const indexKeys = ['index', 'signatory_index'];
/** A template has ten places at most; so many more are read for the sake of a clear answer. */
const mostSignatories = 100;

type Row = Map<string, string>;
type Fault = (path: string, sentence: string) => void;

/** `signatories[N][key]`, or all of them as JSON in a part called `signatories`. */
export function readSignatories(form: Form, issues: Issue[]): ChosenSignatory[] {
  const fault: Fault = (path, sentence) => issues.push({ path, code: 'invalid', params: { sentence } });
  const rows = new Map<number, Row | undefined>();
  readFields(form, rows, fault);
  const whole = form.fields.get('signatories')?.trim();
  const hasFile = [...form.files.keys()].some((name) => name === 'signatories' || name.startsWith('signatories['));
  if (whole && rows.size > 0)
    fault('signatories', 'The signatories field must be sent either as JSON or as fields, not as both.');
  else if (whole) readJson(whole, rows, fault);
  if (hasFile) fault('signatories', 'The signatories field must be an array.');
  if (rows.size > mostSignatories) {
    fault('signatories', `The signatories field must not have more than ${mostSignatories} items.`);
    return [];
  }
  const inOrder = [...rows].sort(([a], [b]) => a - b);
  return inOrder.map(([at, row]) => (row ? readRow(at, row, issues) : { at, members: [], slot: null }));
}

/** A name that is meant for signatories and cannot be read is refused: the template's own must not sign instead. */
function readFields(form: Form, rows: Map<number, Row | undefined>, fault: Fault): void {
  let unreadable = false;
  for (const [field, value] of form.fields) {
    if (!field.startsWith('signatories[')) continue;
    const [, number, key] = /^signatories\[(\d{1,6})\](?:\[(\w{1,40})\])?$/.exec(field) ?? [];
    const at = Number(number);
    if (number === undefined) unreadable = true;
    else if (key !== undefined && (rows.get(at) || !rows.has(at)))
      rows.set(at, (rows.get(at) ?? new Map()).set(key, value.trim()));
    else if (key === undefined) {
      fault(`signatories.${at}`, `The signatories.${at} field must be an array.`);
      rows.set(at, undefined);
    }
  }
  if (unreadable)
    fault('signatories', 'The signatories field must be sent as signatories[N][user_uuid] and signatories[N][index].');
}

/** A list, or an object whose keys are numbers, as PHP has it. */
function readJson(text: string, rows: Map<number, Row | undefined>, fault: Fault): void {
  const list = parse(text);
  const entries = typeof list === 'object' && list !== null ? Object.entries(list) : undefined;
  if (!entries?.every(([at]) => /^\d{1,6}$/.test(at))) {
    fault('signatories', 'The signatories field must be an array.');
    return;
  }
  for (const [at, row] of entries) {
    const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
    rows.set(Number(at), isRow ? new Map(Object.entries(row).map(([key, value]) => [key, textOf(value)])) : undefined);
    if (!isRow) fault(`signatories.${Number(at)}`, `The signatories.${Number(at)} field must be an array.`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is neither text nor a number reads like nothing that is allowed. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

/** The value's shape says what it is, whichever key it stands under. */
function readRow(at: number, row: Row, issues: Issue[]): ChosenSignatory {
  const path = `signatories.${at}`;
  const fault = (key: string, sentence: string) =>
    issues.push({ path: `${path}.${key}`, code: 'invalid', params: { sentence } });
  const given = (keys: string[]) => keys.filter((key) => (row.get(key) ?? '') !== '');
  const sent = (key: string) => row.get(key) as string;
  const users = given(userKeys);
  const members = [...new Set(users.map((key) => sent(key).toLowerCase()))];
  const canBeMember = members.every((one) => isUuid(one) || /^0*[1-9]\d{0,8}$/.test(one));
  if (users.length === 0) issues.push({ path: `${path}.user_uuid`, code: 'required' });
  else if (!canBeMember) fault('user_uuid', `The selected ${path}.user_uuid is invalid.`);
  const indices = given(indexKeys);
  const positions = [...new Set(indices.map((key) => Number(sent(key))))];
  const canBeIndex = indices.every((key) => /^[+-]?\d{1,9}$/.test(sent(key)));
  if (indices.length === 0) issues.push({ path: `${path}.index`, code: 'required' });
  else if (!canBeIndex) fault('index', `The ${path}.index field must be an integer.`);
  else if (positions.length > 1) fault('index', `The ${path}.index field must match ${path}.signatory_index.`);
  return {
    at,
    members: canBeMember ? members : [],
    slot: canBeIndex && positions.length === 1 ? (positions[0] as number) : null,
  };
}
