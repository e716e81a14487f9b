/** Batches over our own API. */

import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { requirePermission } from '../domain/permissions.ts';
import { createOnce } from '../http/create-once.ts';
import { readBatchOptions } from '../http/read-batch-options.ts';
import { readForm } from '../http/read-form.ts';
import { csvSource } from '../usecases/batches/batch-source.ts';
import { cancelBatch } from '../usecases/batches/cancel-batch.ts';
import { createBatch } from '../usecases/batches/create-batch.ts';
import { exportFailedRows, listFailedRows } from '../usecases/batches/failed-rows.ts';
import { getBatch } from '../usecases/batches/get-batch.ts';
import { listBatches } from '../usecases/batches/list-batches.ts';
import { rehearseBatch } from '../usecases/batches/rehearse-batch.ts';
import { retryFailed } from '../usecases/batches/retry-failed.ts';
import { listItems } from '../usecases/items/list-items.ts';
import { readBatchForm } from './batch-form.ts';
import { batchWire, columnNames, itemWire, readRange, rehearsalWire } from './wire.ts';

interface WithId {
  Params: { id: string };
}

export function registerBatches(server: FastifyInstance, app: App): void {
  // Asked here too, so that nobody uploads a file for nothing.
  const mayCreate = async (request: FastifyRequest) => requirePermission(request.actor, 'batches:create');
  server.post('/batches', { onRequest: mayCreate }, async (request, reply) => {
    await using form = await readForm(request, join(app.config.dataDirectory, 'uploads'));
    const { file, charset, ...handIn } = readBatchForm(form);
    const { dryRun, duplicates } = readBatchOptions(request, form);
    const batch = () => ({ ...handIn, duplicates, source: csvSource(file.open(), columnNames, charset) });
    if (dryRun) return rehearsalWire(await rehearseBatch(app, request.actor, batch()));
    return await createOnce(app, request, reply, {
      form,
      create: (actor) => createBatch(app, actor, batch()),
      answer: async (id) => batchWire(await getBatch(app, { ...request.actor, scopes: ['*'] }, id)),
    });
  });

  server.get('/batches', async (request) => {
    const { batches, total } = await listBatches(app, request.actor, readRange(request.query));
    return { batches: batches.map(batchWire), total };
  });

  server.get<WithId>('/batches/:id', async (request) =>
    batchWire(await getBatch(app, request.actor, request.params.id)),
  );

  server.get<WithId>('/batches/:id/items', async (request) => {
    await getBatch(app, request.actor, request.params.id);
    const { items, total } = await listItems(app, request.actor, {
      batchId: request.params.id,
      ...readRange(request.query),
    });
    return { items: items.map((item) => itemWire(item, app.publicUrl)), total };
  });

  server.get<WithId>('/batches/:id/failed-rows', async (request) => {
    const { limit } = readRange(request.query);
    const { after } = request.query as { after?: string };
    const afterSeq = after && /^\d{1,9}$/.test(after) ? Number(after) : -1;
    return { rows: await listFailedRows(app, request.actor, request.params.id, afterSeq, limit) };
  });

  server.get<WithId>('/batches/:id/failed-rows.csv', async (request, reply) => {
    const text = await exportFailedRows(app, request.actor, request.params.id);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="failed-rows.csv"')
      .send(Readable.from(text));
  });
  registerCommands(server, app);
}

function registerCommands(server: FastifyInstance, app: App): void {
  server.post<WithId>('/batches/:id/cancel', (request, reply) =>
    createOnce(app, request, reply, {
      status: 200,
      create: async (actor) => ({ id: (await cancelBatch(app, actor, request.params.id)).id }),
      answer: async ({ id }) => batchWire(await getBatch(app, { ...request.actor, scopes: ['*'] }, id)),
    }),
  );

  server.post<WithId>('/batches/:id/retry-failed', (request, reply) =>
    createOnce(app, request, reply, {
      status: 200,
      create: (actor) => retryFailed(app, actor, request.params.id),
      answer: (retried) => retried,
    }),
  );
}
