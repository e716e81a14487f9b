/** Events as a carrier hands them in: a JSON list, a line of JSON each, or a table; read as a stream whatever the size. */

import type { Issue } from '../../domain/issue.ts';
import { shown, unguard } from '../../domain/text.ts';
import { invalidInput } from '../../errors.ts';
import { openCsv } from '../../ingest/csv.ts';
import { fileFault } from '../../ingest/file-fault.ts';
import { type JsonBody, readJsonEnvelope, readJsonRows } from '../../ingest/json.ts';
import { lineTooLarge, readLines } from '../../ingest/lines.ts';
import type { EventRow } from './import-mail-events.ts';
import { type EventCells, type EventField, eventFields } from './judge-event.ts';

export const eventFormats = ['json', 'ndjson', 'csv'] as const;
export type EventFormat = (typeof eventFormats)[number];

export interface EventSource {
  /** Can be read once. Throws `invalid_input` for a file that cannot be read. */
  rows: AsyncIterable<EventRow[]>;
  /** Of a table, known once its first rows are read. */
  unusedColumns: string[];
}

/** Words for the fields, folded: ours, those of the tracking XML, and those of manifests. */
const named: Record<string, EventField> = {
  ...Object.fromEntries(eventFields.map((field) => [field.toLowerCase(), field])),
  mailpieceid: 'pieceId',
  piececode: 'code',
  job: 'jobNumber',
  jobid: 'jobNumber',
  c2muniqueid: 'uniqueId',
  event: 'status',
  datetime: 'at',
  statuslocation: 'location',
};

const fieldNamed = (name: string): EventField | undefined => {
  const folded = name.toLowerCase().replace(/[\s_-]/g, '');
  return Object.hasOwn(named, folded) ? named[folded] : undefined;
};

const maxRows = 1_000_000;
const tableLimits = { maxRows, maxColumns: 200, maxRecordBytes: 2 ** 20 };
const rowsPerArray = 500;

export function eventSource(format: EventFormat, body: JsonBody, charset?: string): EventSource {
  const unusedColumns: string[] = [];
  if (format === 'csv') return { rows: readTable(body, charset, unusedColumns), unusedColumns };
  return { rows: format === 'json' ? readList(body) : readEach(body), unusedColumns };
}

async function* readTable(body: JsonBody, charset: string | undefined, unused: string[]): AsyncGenerator<EventRow[]> {
  const table = await openCsv(body(), tableLimits, { charset });
  try {
    const fields = table.header.map(fieldNamed);
    unused.push(...table.header.filter((_, at) => fields[at] === undefined));
    const twice = table.header.find((_, at) => fields[at] && fields.indexOf(fields[at]) < at);
    if (twice !== undefined) throw fileFault('duplicate_header', { column: shown(twice) });
    for (const column of ['status', 'at'] as const)
      if (!fields.includes(column)) throw fileFault('missing_header', { column });
    for await (const rows of table.rows) yield rows.map(({ row, cells }) => ({ row, ...cellsOf(fields, cells) }));
  } finally {
    await table.close();
  }
}

function cellsOf(fields: readonly (EventField | undefined)[], texts: readonly string[]): Omit<EventRow, 'row'> {
  if (texts.length > fields.length && texts.slice(fields.length).some((text) => text.trim() !== ''))
    return {
      cells: {},
      issues: [{ path: 'row', code: 'ragged_row', params: { found: texts.length, expected: fields.length } }],
    };
  const cells: EventCells = {};
  for (const [at, field] of fields.entries()) if (field) cells[field] = unguard(texts[at] ?? '');
  return { cells };
}

const listKey = 'events';

/** The list itself, or an object that has it as `events`. All of it is looked at before anything is given out. */
async function* readList(body: JsonBody): AsyncGenerator<EventRow[]> {
  const wrapped = (await startsWithList(body)) ? () => inObject(body) : body;
  const { rows, issues } = await unwrapped(readJsonEnvelope(wrapped, listKey, []), wrapped !== body);
  if (issues.length > 0) throw invalidInput('the body is not a list of events', issues);
  if (rows === undefined) throw invalidInput('the body is not a list of events', [{ path: listKey, code: 'required' }]);
  if (rows > maxRows) throw fileFault('too_many_rows', { max: maxRows });
  for await (const some of readJsonRows(wrapped, listKey))
    yield some.map(({ row, value }) => ({ row, ...membersOf(value) }));
}

async function startsWithList(body: JsonBody): Promise<boolean> {
  for await (const piece of withoutMark(body)) {
    const first = Buffer.from(piece).toString('latin1').trimStart()[0];
    if (first !== undefined) return first === '[';
  }
  return false;
}

const opening = Buffer.from(`{"${listKey}":`);

async function* inObject(body: JsonBody): AsyncGenerator<Uint8Array> {
  yield opening;
  yield* withoutMark(body);
  yield Buffer.from('}');
}

const mark = Buffer.from('\uFEFF');

/** Without a byte order mark at the beginning, however the pieces cut it. */
async function* withoutMark(body: JsonBody): AsyncGenerator<Uint8Array> {
  let head: Buffer = Buffer.alloc(0);
  let isPast = false;
  for await (const piece of body()) {
    if (isPast) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    isPast = head.length >= mark.length || !mark.subarray(0, head.length).equals(head);
    if (isPast) yield mark.equals(head.subarray(0, mark.length)) ? head.subarray(mark.length) : head;
  }
  if (!isPast) yield head;
}

/** Faults stand where the sender sees them, not where they stand in our object. */
async function unwrapped<T>(reading: Promise<T>, isWrapped: boolean): Promise<T> {
  return reading.catch((error: { issues?: Issue[] }) => {
    for (const { params } of (isWrapped && error.issues) || []) {
      if (typeof params?.offset === 'number') params.offset -= opening.length;
      if (typeof params?.column === 'number' && params.line === 1) params.column -= opening.length;
    }
    throw error;
  });
}

async function* readEach(body: JsonBody): AsyncGenerator<EventRow[]> {
  let ready: EventRow[] = [];
  let count = 0;
  for await (const { line, text } of readLines(body(), tableLimits.maxRecordBytes)) {
    if (text !== lineTooLarge && text.trim() === '') continue;
    if (++count > maxRows) throw fileFault('too_many_rows', { max: maxRows });
    ready.push({ row: line, ...memberLine(text) });
    if (ready.length < rowsPerArray) continue;
    yield ready;
    ready = [];
  }
  if (count === 0) throw fileFault('no_rows');
  yield ready;
}

function memberLine(text: string | typeof lineTooLarge): Omit<EventRow, 'row'> {
  if (text === lineTooLarge) return refusedRow('it is larger than a megabyte');
  try {
    return membersOf(JSON.parse(text));
  } catch {
    return refusedRow('it is not JSON');
  }
}

const refusedRow = (reason: string): Omit<EventRow, 'row'> => ({
  cells: {},
  issues: [{ path: 'row', code: 'invalid', params: { reason } }],
});

function membersOf(value: unknown): Omit<EventRow, 'row'> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { cells: {}, issues: [{ path: 'row', code: 'not_an_object' }] };
  const cells: EventCells = {};
  const issues: Issue[] = [];
  for (const [key, member] of Object.entries(value)) {
    const field = fieldNamed(key);
    const refuse = (reason: string) => issues.push({ path: shown(key), code: 'invalid', params: { reason } });
    if (!field) refuse(`there is no such field; fields are ${eventFields.join(', ')}`);
    else if (cells[field] !== undefined) refuse('it was sent twice');
    else if (typeof member === 'string') cells[field] = member;
    else if (typeof member === 'number' && Number.isSafeInteger(member)) cells[field] = String(member);
    else if (member !== null) issues.push({ path: field, code: 'not_text' });
  }
  return issues.length > 0 ? { cells: {}, issues } : { cells };
}
