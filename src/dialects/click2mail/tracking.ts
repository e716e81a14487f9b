/** Tracking as Click2Mail shows it, of a batch and of a job alike: one `mailPiece` for each piece that has been heard of. */

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { MailJobRow } from '../../db/mail-jobs.ts';
import type { PostalAddress } from '../../domain/postal-address.ts';
import type { readTracking } from '../../usecases/mail-events/read-tracking.ts';
import { eventTime, sendXml, statusElement } from './wire.ts';
import { streamXml, type XmlElement, xmlType } from './xml-writer.ts';

type Pieces = Awaited<ReturnType<typeof readTracking>>;
type Piece = Pieces extends AsyncIterable<infer P> ? P : never;

export interface TrackingShape {
  /** Of the batch or job, as it was asked for. */
  id: number;
  status: number;
  /** What is said where nothing has been heard of yet. */
  none: string;
  /** Whether a piece is meant. */
  isAsked?: (piece: Piece) => boolean;
  /** `uniqueId` and `mailPieceId` of every piece, rather than `uniqueId` where the hand-in gave one. */
  allIds?: boolean;
}

/** Many pieces are sent as they are read, a few as a whole. */
export async function sendTracking(reply: FastifyReply, pieces: Pieces, shape: TrackingShape): Promise<FastifyReply> {
  const { id, status, none, isAsked = () => true, allIds = false } = shape;
  const rows = pages(pieces, isAsked, allIds);
  const first = await rows.next();
  if (first.done) {
    const [root, content] = statusElement('job', 9, none);
    return sendXml(reply, status, [root, [['id', id], ...(content as XmlElement[])]]);
  }
  const head: XmlElement[] = [
    ['id', id],
    ['status', 0],
    ['description', 'Success'],
  ];
  const second = await rows.next();
  if (second.done) return sendXml(reply, status, ['job', [...head, ['tracking', first.value]]]);
  const text = streamXml('job', head, joined([first.value, second.value], rows), 'tracking');
  return reply.code(status).type(xmlType).send(Readable.from(text));
}

const perPage = 500;

async function* pages(
  pieces: Pieces,
  isAsked: (piece: Piece) => boolean,
  allIds: boolean,
): AsyncGenerator<XmlElement[], undefined> {
  let page: XmlElement[] = [];
  for await (const piece of pieces) {
    if (!isAsked(piece)) continue;
    page.push(...mailPieces(piece, allIds));
    if (page.length < perPage) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function* joined(first: XmlElement[][], rest: AsyncGenerator<XmlElement[]>): AsyncGenerator<XmlElement[]> {
  yield* first;
  yield* rest;
}

/** One for each event that was asked for. */
function mailPieces({ id, uniqueId, barcode, address, events }: Piece, allIds: boolean): XmlElement[] {
  return events.map(({ status, at, location }) => [
    'mailPiece',
    [
      ...(allIds || uniqueId !== '' ? [['uniqueId', uniqueId] as const] : []),
      ['barCode', barcode ?? ''],
      ['address', addressText(address)],
      ['status', status],
      ['dateTime', eventTime(at)],
      ['statusLocation', location],
      ...(allIds ? [['mailPieceId', id] as const] : []),
    ],
  ]);
}

/** `Name,street,city,ST,zip`: no part has a comma of its own, and only abroad there is a sixth, the country. */
function addressText({ name, organization, lines, city, region, postalCode, country }: PostalAddress): string {
  const parts = [
    name || organization,
    lines.join(' '),
    city,
    region,
    postalCode,
    ...(country === 'US' ? [] : [country]),
  ];
  return parts.map((part) => part.replace(/\s*,\s*/g, ' ').trim()).join(',');
}

const packages: readonly (string | null)[] = ['certified', 'priority', 'express'];

/**
 * `trackingType`: IMPB asks for what travels as a package, IMB for the rest, in any case. It chooses where both were mailed; clients ask for
 * either whatever they have sent, so where there is nothing of that kind, and for any other word, everything is meant.
 */
export function kindAsked(type: unknown, jobs: readonly MailJobRow[]): TrackingShape['isAsked'] {
  const word = String(type ?? '')
    .trim()
    .toLowerCase();
  if (word !== 'imb' && word !== 'impb') return undefined;
  const isMeant = (service: string | null | undefined) => packages.includes(service ?? null) === (word === 'impb');
  return jobs.some(({ product }) => isMeant(product?.service)) ? (piece) => isMeant(piece.service) : undefined;
}
