/** Click2Mail's batches: created, filled with a PDF and an XML in any order, submitted, and followed. */

import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { MailingRow } from '../../db/mailings.ts';
import type { Actor } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';
import { bodyPieces, receiveBody } from '../../http/receive-body.ts';
import { readTracking } from '../../usecases/mail-events/read-tracking.ts';
import { createMailing } from '../../usecases/mailings/create-mailing.ts';
import { getMailing, listMailJobs } from '../../usecases/mailings/get-mailing.ts';
import { putDocument, requireEditing } from '../../usecases/mailings/put-document.ts';
import { putOrder } from '../../usecases/mailings/put-order.ts';
import { readXml } from '../../usecases/mailings/read-xml.ts';
import { submitMailing } from '../../usecases/mailings/submit-mailing.ts';
import { BatchOrder } from './batch-order.ts';
import { batchElement, batchjobElement } from './batch-wire.ts';
import { type BegunBody, beginBody } from './body-kind.ts';
import { filenameOf } from './filename.ts';
import { kindAsked, sendTracking } from './tracking.ts';
import { sendNothing, sendXml } from './wire.ts';

interface WithId {
  Params: { id: string };
}

interface Tracked extends WithId {
  Querystring: { trackingType?: unknown; trackingDetail?: unknown };
}

/** `server` is a scope of these routes alone: bodies of any size and type are left to them unread. */
export function registerBatches(server: FastifyInstance, app: App): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_, __, done) => done(null));

  server.post('', async ({ actor }, reply) =>
    sendXml(reply, 201, batchjobElement(await createMailing(app, actor), [])),
  );

  server.put<WithId>('/:id', async (request, reply) => putInto(app, request, numberOf(request.params.id), reply));

  server.post<WithId>('/:id', async ({ actor, params }, reply) => {
    await submitMailing(app, actor, numberOf(params.id));
    return sendNothing(reply);
  });

  server.get<WithId>('/:id', async ({ actor, params }, reply) =>
    sendXml(reply, 201, batchjobElement(...(await readBatch(app, actor, params.id)))),
  );

  server.get<WithId>('/:id/details', async ({ actor, params }, reply) =>
    sendXml(reply, 201, batchElement(...(await readBatch(app, actor, params.id)))),
  );

  server.get<Tracked>('/:id/tracking', async ({ actor, params, query }, reply) => {
    const [{ number }, jobs] = await readBatch(app, actor, params.id);
    const pieces = await readTracking(app, actor, {
      mailingNumber: number,
      allScans: String(query.trackingDetail).toLowerCase() === 'true',
    });
    const none = 'Tracking data not available for this batch.';
    return sendTracking(reply, pieces, { id: number, status: 201, none, isAsked: kindAsked(query.trackingType, jobs) });
  });
}

/** Throws `not_found` for what is no number of a batch. */
export function numberOf(id: string): number {
  if (!/^\d{1,10}$/.test(id)) throw notFound('mailing', id);
  return Number(id);
}

/** A single job has a mailing of its own, which is no batch. */
export async function getBatch(app: App, actor: Actor, id: string): Promise<MailingRow> {
  const mailing = await getMailing(app, actor, numberOf(id));
  if (mailing.kind !== 'batch') throw notFound('mailing', id);
  return mailing;
}

async function readBatch(app: App, actor: Actor, id: string): Promise<Parameters<typeof batchjobElement>> {
  const mailing = await getBatch(app, actor, id);
  return [mailing, await listMailJobs(app, actor, mailing.number)];
}

/** Whatever is sent into a batch that cannot take it is not read. */
async function putInto(app: App, request: FastifyRequest, number: number, reply: FastifyReply): Promise<FastifyReply> {
  await requireEditing(app, request.actor, number);
  const { headers } = request;
  const body = await beginBody(bodyPieces(request, app.config.MAX_UPLOAD_MB * 2 ** 20), headers['content-type']);
  await takers[body.kind](app, request, number, body);
  return sendNothing(reply);
}

type Take = (app: App, request: FastifyRequest, number: number, body: BegunBody) => Promise<void>;

const takers: Record<BegunBody['kind'], Take> = {
  async pdf(app, request, number, { pieces }) {
    const folder = join(app.config.dataDirectory, 'uploads');
    await using received = await receiveBody(request, folder, app.config.MAX_UPLOAD_MB * 2 ** 20, pieces);
    await putDocument(app, request.actor, number, received, filenameOf(request.headers['content-disposition']));
  },
  /** Never kept as it comes: older clients write their password into it. */
  async xml(app, { actor }, number, { pieces, charset }) {
    const { MAX_ROWS: maxPieces, MAIL_STRICT_PRODUCTS: strict } = app.config;
    const order = new BatchOrder({ maxPieces, strict });
    await putOrder(app, actor, number, order.lines(readXml(pieces, charset)), () => order.facts());
  },
};
