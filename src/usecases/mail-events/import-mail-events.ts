/** Takes in what a carrier tells of pieces of mail: what can be taken is, each event that cannot says why, and the same again changes nothing. */

import type { App } from '../../app.ts';
import { recordEvents } from '../../db/events.ts';
import {
  type FoundEvent,
  findNamedPieces,
  insertMailEvents,
  lockMailings,
  type NamedPiece,
  settleMailEvents,
} from '../../db/mail-events.ts';
import type { Tx } from '../../db/open.ts';
import type { Issue } from '../../domain/issue.ts';
import type { MailEvent } from '../../domain/mail-event.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { type EventCells, judgeEvent } from './judge-event.ts';

/** An event with its place in the file, as the file counts. */
export interface EventRow {
  row: number;
  cells: EventCells;
  /** What is wrong with the row as such. */
  issues?: Issue[];
}

export interface RefusedEvent {
  row: number;
  issues: Issue[];
}

export interface ImportedEvents {
  /** New ones. */
  imported: number;
  /** Known before, or twice in the file. */
  repeated: number;
  /** The first 1,000. */
  refused: RefusedEvent[];
  refusedTotal: number;
}

/** Of one transaction. Measured: 20,000 events of 20,000 pieces in four of them. */
const blockSize = 5_000;
const mostShown = 1_000;

/**
 * What stood before a fault of the file itself, which `rows` throws, has been taken; it is `repeated` when the whole file comes again.
 * Throws `forbidden`.
 */
export async function importMailEvents(
  app: App,
  actor: Actor,
  rows: AsyncIterable<EventRow[]>,
): Promise<ImportedEvents> {
  requirePermission(actor, 'mailings:track');
  const result: ImportedEvents = { imported: 0, repeated: 0, refused: [], refusedTotal: 0 };
  let block: EventRow[] = [];
  const take = async () => {
    const { imported, matched, refused } = await importBlock(app, actor, block);
    result.imported += imported;
    result.repeated += matched - imported;
    result.refusedTotal += refused.length;
    result.refused.push(...refused.slice(0, mostShown - result.refused.length));
    block = [];
  };
  for await (const more of rows) {
    block.push(...more);
    if (block.length >= blockSize) await take();
  }
  if (block.length > 0) await take();
  return result;
}

interface GivenEvent extends MailEvent {
  row: number;
}

interface Block {
  imported: number;
  /** New or not. */
  matched: number;
  /** In the order of the file. */
  refused: RefusedEvent[];
}

async function importBlock(app: App, actor: Actor, rows: readonly EventRow[]): Promise<Block> {
  const refused: RefusedEvent[] = [];
  const given: GivenEvent[] = [];
  for (const { row, cells, issues } of rows) {
    const judged = issues ? { issues } : judgeEvent(cells, actor.label);
    if ('event' in judged) given.push({ row, ...judged.event });
    else refused.push({ row, issues: judged.issues });
  }
  const { organizationId } = actor;
  const stored = await app.db.organization(organizationId, (tx) => storeEvents(tx, actor, given));
  const all = [...refused, ...stored.refused].sort((one, other) => one.row - other.row);
  return { ...stored, refused: all };
}

/** Changes nothing outside the transaction, which may run again. */
async function storeEvents(tx: Tx, actor: Actor, given: readonly GivenEvent[]): Promise<Block> {
  const { organizationId, label } = actor;
  const refused: RefusedEvent[] = [];
  const found: FoundEvent[] = [];
  const named = Map.groupBy(await findNamedPieces(tx, organizationId, given, actor.test), ({ place }) => place);
  for (const [place, event] of given.entries()) {
    const pieces = named.get(place) ?? [];
    const [piece] = pieces;
    const issue = faultOf(event, pieces);
    if (issue || !piece) refused.push({ row: event.row, issues: issue ? [issue] : [] });
    else {
      const { status, kind, at, location, source } = event;
      found.push({ mailingId: piece.mailingId, seq: piece.seq, status, kind, at, location, source });
    }
  }
  if (found.length === 0) return { imported: 0, matched: 0, refused };
  const mailings = Map.groupBy(found, ({ mailingId }) => mailingId);
  await lockMailings(tx, organizationId, [...mailings.keys()]);
  const imported = await insertMailEvents(tx, organizationId, found);
  if (imported > 0) {
    const pieces = new Map(found.map(({ mailingId, seq }) => [`${mailingId} ${seq}`, { mailingId, seq }]));
    await settleMailEvents(tx, organizationId, [...pieces.values()], label);
    const events = [...mailings].map(([subjectId, { length }]) => ({
      ...{ subject: 'mailing', subjectId, kind: 'mailing.tracked', actor: label, data: { events: length } },
    }));
    await recordEvents(tx, organizationId, events);
  }
  return { imported, matched: found.length, refused };
}

const dayMs = 86_400_000;

function faultOf(event: GivenEvent, pieces: readonly NamedPiece[]): Issue | undefined {
  const { pieceId, barcode, code, own } = event;
  const path = pieceId !== null ? 'pieceId' : barcode !== null ? 'barcode' : code ? 'code' : 'uniqueId';
  const value = pieceId ?? barcode ?? (code ? `${code.run}-${code.seq}` : (own?.uniqueId ?? ''));
  const refuse = (at: string, reason: string): Issue => ({ path: at, code: 'invalid', params: { reason, value } });
  const [piece] = pieces;
  if (!piece) return refuse(path, 'there is no such piece of mail');
  if (pieces.length > 1) return refuse(path, 'several pieces of the job have this key; name the piece by its id');
  if (piece.test) return refuse(path, 'it is a piece of a staging account, of which nothing is printed');
  if (piece.isCancelled) return refuse(path, 'it was cancelled');
  if (!piece.wasSent) return refuse(path, 'it has not been given to a carrier yet');
  if (barcode !== null && piece.barcode !== barcode) return refuse('barcode', 'it belongs to another piece');
  if (code && (piece.run !== code.run || piece.runSeq !== code.seq))
    return refuse('code', 'it belongs to another piece');
  if (own && (piece.jobNumber !== own.jobNumber || piece.uniqueId !== own.uniqueId))
    return refuse('uniqueId', 'it belongs to another piece');
  if (event.at.getTime() < piece.mailingCreatedAt.getTime() - dayMs)
    return {
      path: 'at',
      code: 'invalid',
      params: { reason: 'it lies before the mailing was handed in', value: event.at.toISOString() },
    };
  return undefined;
}
