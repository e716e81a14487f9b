/** VEC's batches: create, list, get, status. */

import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { requirePermission } from '../../domain/permissions.ts';
import { createOnce } from '../../http/create-once.ts';
import { judgeBatchOptions } from '../../http/read-batch-options.ts';
import { readForm, type UploadedFile } from '../../http/read-form.ts';
import { csvSource } from '../../usecases/batches/batch-source.ts';
import { createBatch } from '../../usecases/batches/create-batch.ts';
import { getBatchFigures } from '../../usecases/batches/get-batch.ts';
import { refuseHandIn } from '../../usecases/batches/judge-hand-in.ts';
import { listBatches } from '../../usecases/batches/list-batches.ts';
import { rehearseBatch } from '../../usecases/batches/rehearse-batch.ts';
import { readBatchDetail } from './batch-detail.ts';
import { readBatchForm } from './batch-form.ts';
import { dryRunWire } from './dry-run-wire.ts';
import { readListQuery } from './list-query.ts';
import { batchStatuses } from './openapi/schemas.ts';
import { pageWire, readPaging } from './paging.ts';
import { batchStatus, batchStatusWire, batchWire, columnNames, statusesBehind } from './wire.ts';

interface WithId {
  Params: { id: string };
}

export function registerBatches(server: FastifyInstance, app: App): void {
  server.get('/batches', async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const wanted = readListQuery(query);
    const status = wanted.choice('status', batchStatuses);
    wanted.refuseFaults();
    const { batches, total } = await listBatches(app, request.actor, {
      statuses: statusesBehind(batchStatus, status),
      limit: paging.perPage,
      offset: (paging.page - 1) * paging.perPage,
    });
    return pageWire(batches.map(batchWire), total, paging, `${app.publicUrl}/business/batches`, query);
  });

  // Asked here too, so that nobody uploads a file for nothing.
  const mayCreate = async (request: FastifyRequest) => requirePermission(request.actor, 'batches:create');
  server.post('/batches', { onRequest: mayCreate }, async (request, reply) => {
    await using form = await readForm(request, join(app.config.dataDirectory, 'uploads'));
    const { issues, name, templateId, file, signatories, charset } = readBatchForm(form);
    const { dryRun, duplicates, issues: optionIssues } = judgeBatchOptions(request, form);
    const source = (sent: UploadedFile) => csvSource(sent.open(), columnNames, charset);
    const said = [...issues, ...optionIssues];
    if (said.length > 0 || templateId === undefined || !file)
      throw await refuseHandIn(app, request.actor, { signatories, templateId, source: file && source(file) }, said);
    const batch = { name, templateId, signatories, duplicates };
    if (dryRun)
      return { data: dryRunWire(await rehearseBatch(app, request.actor, { ...batch, source: source(file) })) };
    return await createOnce(app, request, reply, {
      form,
      create: (actor) => createBatch(app, actor, { ...batch, source: source(file) }),
      answer: async (id) => ({ data: await readBatchDetail(app, { ...request.actor, scopes: ['*'] }, id) }),
    });
  });

  server.get<WithId>('/batches/:id', async (request) => ({
    data: await readBatchDetail(app, request.actor, request.params.id),
  }));

  server.get<WithId>('/batches/:id/status', async (request) =>
    batchStatusWire(await getBatchFigures(app, request.actor, request.params.id)),
  );
}
