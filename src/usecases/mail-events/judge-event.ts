/** Reads one event as it was handed in: every value, whatever is wrong with it. */

import { cleanText, isFault } from '../../domain/clean-text.ts';
import type { Issue } from '../../domain/issue.ts';
import { kindOfWords, type MailEvent, type MailEventKind, mailEventKinds } from '../../domain/mail-event.ts';
import { codePoints, shown } from '../../domain/text.ts';
import { isUuid } from '../../domain/uuid.ts';

/** Names of the values, in the order in which they are asked for. */
export const eventFields = [
  'pieceId',
  'barcode',
  'code',
  'jobNumber',
  'uniqueId',
  'status',
  'kind',
  'at',
  'location',
  'source',
] as const;
export type EventField = (typeof eventFields)[number];

/** Texts as they came; what is missing is as good as ''. */
export type EventCells = Partial<Record<EventField, string>>;

const longest: Partial<Record<EventField, number>> = { status: 200, location: 100, source: 100, uniqueId: 1_000 };
const largest = 2 ** 31 - 1;

/** `source` is told of events that name none. */
export function judgeEvent(cells: EventCells, source: string): { event: MailEvent } | { issues: Issue[] } {
  const issues: Issue[] = [];
  const text = (field: EventField) => readText(cells, field, issues);
  const names = readNames(cells, issues);
  const status = text('status');
  if (status === '' && !issues.some(({ path }) => path === 'status')) issues.push({ path: 'status', code: 'required' });
  const kind = readKind(text('kind'), status, issues);
  const at = readTime(text('at'), issues);
  const [location, said] = [text('location'), text('source')];
  if (issues.length > 0 || !kind || !at) return { issues };
  return { event: { ...names, status, kind, at, location, source: said || source } };
}

function readText(cells: EventCells, field: EventField, issues: Issue[]): string {
  const value = cleanText((cells[field] ?? '').trim(), false);
  if (isFault(value)) {
    issues.push({ path: field, ...value });
    return '';
  }
  const [length, max] = [codePoints(value), longest[field] ?? 100];
  if (length > max) issues.push({ path: field, code: 'too_long', params: { length, max, value: shown(value) } });
  return value;
}

type Names = Pick<MailEvent, 'pieceId' | 'barcode' | 'code' | 'own'>;

/** A name that cannot be read does no harm beside one that can: spreadsheets make dates of codes, and powers of ten of barcodes. */
function readNames(cells: EventCells, issues: Issue[]): Names {
  const faults: Issue[] = [];
  const names = {
    pieceId: readPieceId(readText(cells, 'pieceId', faults), faults),
    barcode: readBarcode(readText(cells, 'barcode', faults), faults),
    code: readCode(readText(cells, 'code', faults), faults),
    own: readOwn(readText(cells, 'jobNumber', faults), readText(cells, 'uniqueId', faults), faults),
  };
  if (Object.values(names).every((name) => name === null))
    issues.push(...(faults.length > 0 ? faults : [{ path: 'pieceId', code: 'required' } as const]));
  return names;
}

function refuse(faults: Issue[], path: EventField, value: string, reason: string): null {
  if (!faults.some((fault) => fault.path === path))
    faults.push({ path, code: 'invalid', params: { reason, value: shown(value) } });
  return null;
}

function readPieceId(text: string, faults: Issue[]): string | null {
  if (text === '') return null;
  return isUuid(text) ? text.toLowerCase() : refuse(faults, 'pieceId', text, 'it is not a UUID');
}

/** The routing digits follow the 20 of the tracking code. */
function readBarcode(text: string, faults: Issue[]): string | null {
  if (text === '') return null;
  const digits = /^(\d{20})(?:\d{5}|\d{9}|\d{11})?$/.exec(text.replace(/[\s-]/g, ''))?.[1];
  return digits ?? refuse(faults, 'barcode', text, 'it has not the 20 digits of a tracking code');
}

function readCode(text: string, faults: Issue[]): MailEvent['code'] {
  if (text === '') return null;
  const [, first, second] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  const [run, seq] = [numberOf(first), numberOf(second)];
  if (run !== undefined && seq !== undefined) return { run, seq };
  return refuse(faults, 'code', text, 'it is not <run>-<piece>, as printed beside the address');
}

function readOwn(job: string, uniqueId: string, faults: Issue[]): MailEvent['own'] {
  if (job === '' && uniqueId === '') return null;
  const reason = 'it is empty; the number of the job and the sender’s own key go together';
  if (job === '') return refuse(faults, 'jobNumber', job, reason);
  if (uniqueId === '') return refuse(faults, 'uniqueId', uniqueId, reason);
  const jobNumber = numberOf(job);
  return jobNumber ? { jobNumber, uniqueId } : refuse(faults, 'jobNumber', job, 'it is not the number of a job');
}

function numberOf(digits = ''): number | undefined {
  const number = /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
  return number >= 1 && number <= largest ? number : undefined;
}

function readKind(said: string, status: string, issues: Issue[]): MailEventKind | undefined {
  const folded = said.toLowerCase().replace(/[\s-]+/g, '_');
  const kind = said === '' ? kindOfWords(status) : mailEventKinds.find((one) => one === folded);
  if (kind !== undefined || (said === '' && status === '')) return kind;
  const reason = `what happened cannot be told from the status; say one of: ${mailEventKinds.join(', ')}`;
  if (said === '') issues.push({ path: 'kind', code: 'invalid', params: { reason, value: shown(status) } });
  else issues.push({ path: 'kind', code: 'not_a_choice', params: { value: shown(said), choices: mailEventKinds } });
  return undefined;
}

const instant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d(?::?\d\d)?)$/i;
const dayMs = 86_400_000;

/** With its offset: a carrier's noon is not ours. */
function readTime(text: string, issues: Issue[]): Date | undefined {
  if (text === '') {
    if (!issues.some(({ path }) => path === 'at')) issues.push({ path: 'at', code: 'required' });
    return undefined;
  }
  const [, day = '', time = '', zone = ''] = instant.exec(text) ?? [];
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase();
  const at = new Date(`${day}T${time}${offset}`);
  const isDay = day !== '' && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  const reason =
    Number.isNaN(at.getTime()) || !isDay
      ? 'write it with its offset, as 2027-01-31T14:05:00-05:00 or 2027-01-31T19:05:00Z'
      : at.getTime() > Date.now() + dayMs
        ? 'it lies in the future'
        : at.getUTCFullYear() < 2000
          ? 'it lies before the year 2000'
          : undefined;
  if (reason === undefined) return at;
  issues.push({ path: 'at', code: 'invalid', params: { reason, value: shown(text) } });
  return undefined;
}
