/** VEC's batches: create, list, get, status. */

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { readForm } from '../../http/read-form.ts';
import { createBatch } from '../../usecases/batches/create-batch.ts';
import { getBatch, getBatchTemplate } from '../../usecases/batches/get-batch.ts';
import { listBatches } from '../../usecases/batches/list-batches.ts';
import { batchDetailWire, readStatusFilter } from './batch-detail.ts';
import { readBatchForm } from './batch-form.ts';
import { pageWire, readPaging } from './paging.ts';
import { batchStatus, batchStatusWire, batchWire, columnNames } from './wire.ts';

interface WithId {
  Params: { id: string };
}

export function registerBatches(server: FastifyInstance, app: App): void {
  const detail = async (actor: Parameters<typeof getBatch>[1], id: string) => {
    const batch = await getBatch(app, actor, id);
    const version = await getBatchTemplate(app, actor, batch);
    return { data: batchDetailWire(batch, version) };
  };

  server.get('/batches', async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const statuses = readStatusFilter(batchStatus, query.status);
    const { batches, total } = await listBatches(app, request.actor, {
      statuses,
      limit: paging.perPage,
      offset: (paging.page - 1) * paging.perPage,
    });
    return pageWire(batches.map(batchWire), total, paging, `${app.publicUrl}/business/batches`, query);
  });

  server.post('/batches', async (request, reply) => {
    await using form = await readForm(request, join(app.config.dataDirectory, 'uploads'));
    const { name, templateId, file, signatories, charset } = readBatchForm(form);
    const id = await createBatch(app, request.actor, {
      name,
      templateId,
      csv: file.open(),
      charset,
      columnNames,
      signatories,
    });
    return reply.code(201).send(await detail({ ...request.actor, scopes: ['*'] }, id));
  });

  server.get<WithId>('/batches/:id', (request) => detail(request.actor, request.params.id));

  server.get<WithId>('/batches/:id/status', async (request) =>
    batchStatusWire(await getBatch(app, request.actor, request.params.id)),
  );
}
