/** UniCreda's jobs: a job is a batch, whatever door it came in by. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { createOnce } from '../../http/create-once.ts';
import { cancelBatch } from '../../usecases/batches/cancel-batch.ts';
import { listFailedOutcomes } from '../../usecases/batches/follow-batch.ts';
import { writeJob } from './job-wire.ts';
import { languageOf } from './language.ts';
import { paginationWire, rangeOf, readPaging } from './paging.ts';
import { rowError } from './sentences.ts';

interface WithId {
  Params: { id: string };
}

export function registerJobs(server: FastifyInstance, app: App): void {
  server.get<WithId>('/jobs/:id', async ({ actor, params, headers }, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .header('vary', 'accept-language')
      .send(await writeJob(app, actor, params.id, languageOf(headers))),
  );

  server.get<WithId>('/jobs/:id/errors', async ({ actor, params, headers, query }) => {
    const paging = readPaging(query as Record<string, unknown>);
    const { failed, total } = await listFailedOutcomes(app, actor, params.id, rangeOf(paging));
    const language = languageOf(headers);
    const errors = failed.map(({ row, email, issues }) => ({ row, email, error: rowError(issues, language) }));
    return { job_id: params.id, errors, pagination: paginationWire(paging, total) };
  });

  server.post<WithId>('/jobs/:id/cancel', (request, reply) =>
    createOnce(app, request, reply, {
      status: 200,
      create: async (actor) => ({ id: (await cancelBatch(app, actor, request.params.id)).id }),
      answer: async ({ id }) => {
        const actor = { ...request.actor, scopes: ['*'] };
        return JSON.parse(await writeJob(app, actor, id, languageOf(request.headers)));
      },
    }),
  );
}
