/** Mailings and mail accounts over our own API: looked at; they come in by the post's door. */

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { lifecycle, type Status } from '../domain/lifecycle.ts';
import { invalidInput } from '../errors.ts';
import { getMailAccount, listMailAccounts } from '../usecases/mail-accounts/list-mail-accounts.ts';
import { readTracking } from '../usecases/mail-events/read-tracking.ts';
import {
  getMailingById,
  listJobsOfMailing,
  listMailings,
  listPiecesOfMailing,
} from '../usecases/mailings/list-mailings.ts';
import { mailAccountWire, mailingWire, mailJobWire, mailPieceWire, trackedWire } from './mail-wire.ts';
import { readRange } from './wire.ts';

interface WithId {
  Params: { id: string };
}

export function registerMailings(server: FastifyInstance, app: App): void {
  server.get('/mailings', async (request) => {
    const { status } = request.query as { status?: string };
    const filter = { statuses: readStatus(status), ...readRange(request.query) };
    const { mailings, total } = await listMailings(app, request.actor, filter);
    return { mailings: mailings.map(mailingWire), total };
  });

  server.get<WithId>('/mailings/:id', async (request) =>
    mailingWire(await getMailingById(app, request.actor, request.params.id)),
  );

  server.get<WithId>('/mailings/:id/jobs', async (request) => {
    const { jobs, total } = await listJobsOfMailing(app, request.actor, request.params.id, readRange(request.query));
    return { jobs: jobs.map(mailJobWire), total };
  });

  server.get<WithId>('/mailings/:id/pieces', async (request) => {
    const { limit } = readRange(request.query);
    const { after } = request.query as { after?: string };
    const page = { afterSeq: after && /^\d{1,9}$/.test(after) ? Number(after) : 0, limit };
    const { pieces, total } = await listPiecesOfMailing(app, request.actor, request.params.id, page);
    return { pieces: pieces.map(mailPieceWire), total };
  });

  server.get<WithId>('/mailings/:id/tracking', async (request, reply) => {
    const { all } = request.query as { all?: string };
    const pieces = await readTracking(app, request.actor, { mailingId: request.params.id, allScans: all === 'true' });
    return reply.type('application/x-ndjson').send(Readable.from(linesOf(pieces)));
  });

  server.get('/mail-accounts', async (request) => {
    const { accounts, total } = await listMailAccounts(app, request.actor, readRange(request.query));
    return { accounts: accounts.map(mailAccountWire), total };
  });

  server.get<WithId>('/mail-accounts/:id', async (request) =>
    mailAccountWire(await getMailAccount(app, request.actor, request.params.id)),
  );
}

async function* linesOf(pieces: Awaited<ReturnType<typeof readTracking>>): AsyncGenerator<string> {
  for await (const piece of pieces) yield `${JSON.stringify(trackedWire(piece))}\n`;
}

function readStatus(text: string | undefined): Status<'mailing'>[] | undefined {
  if (text === undefined || text === '') return undefined;
  const choices = Object.keys(lifecycle.mailing) as Status<'mailing'>[];
  const status = choices.find((one) => one === text);
  if (!status)
    throw invalidInput('the status is not known', [{ path: 'status', code: 'not_a_choice', params: { choices } }]);
  return [status];
}
