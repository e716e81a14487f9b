/** Batches over our own API. */

import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { Issue } from '../domain/issue.ts';
import { requirePermission } from '../domain/permissions.ts';
import { isUuid } from '../domain/uuid.ts';
import { invalidInput } from '../errors.ts';
import { createOnce } from '../http/create-once.ts';
import { readBatchOptions } from '../http/read-batch-options.ts';
import { type Form, readForm } from '../http/read-form.ts';
import { createBatch } from '../usecases/batches/create-batch.ts';
import { exportFailedRows, listFailedRows } from '../usecases/batches/failed-rows.ts';
import { getBatch } from '../usecases/batches/get-batch.ts';
import { listBatches } from '../usecases/batches/list-batches.ts';
import { rehearseBatch } from '../usecases/batches/rehearse-batch.ts';
import { retryFailed } from '../usecases/batches/retry-failed.ts';
import { listItems } from '../usecases/items/list-items.ts';
import { batchWire, columnNames, itemWire, readRange, rehearsalWire } from './wire.ts';

interface WithId {
  Params: { id: string };
}

export function registerBatches(server: FastifyInstance, app: App): void {
  // Asked here too, so that nobody uploads a file for nothing.
  const mayCreate = async (request: FastifyRequest) => requirePermission(request.actor, 'batches:create');
  server.post('/batches', { onRequest: mayCreate }, async (request, reply) => {
    await using form = await readForm(request, join(app.config.dataDirectory, 'uploads'));
    const { name, templateId, file, charset, channels, hidden } = readBatchForm(form);
    const { dryRun, duplicates } = readBatchOptions(request, form);
    const batch = { name, templateId, charset, columnNames, channels, hidden, duplicates };
    if (dryRun) return rehearsalWire(await rehearseBatch(app, request.actor, { ...batch, csv: file.open() }));
    return await createOnce(app, request, reply, {
      form,
      create: (actor) => createBatch(app, actor, { ...batch, csv: file.open() }),
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

  server.post<WithId>('/batches/:id/retry-failed', (request, reply) =>
    createOnce(app, request, reply, {
      status: 200,
      create: (actor) => retryFailed(app, actor, request.params.id),
      answer: (retried) => retried,
    }),
  );
}

function readBatchForm(form: Form) {
  const issues: Issue[] = [];
  const text = (name: string) => form.fields.get(name)?.trim() ?? '';
  const file = form.files.get('file');
  for (const name of ['name', 'template_id']) if (text(name) === '') issues.push({ path: name, code: 'required' });
  if (/\p{Cc}/u.test(text('name')))
    issues.push({ path: 'name', code: 'invalid', params: { reason: 'it contains control characters' } });
  if (text('template_id') !== '' && !isUuid(text('template_id')))
    issues.push({ path: 'template_id', code: 'invalid', params: { reason: 'it is not a UUID' } });
  if (text('name').length > 255)
    issues.push({ path: 'name', code: 'too_long', params: { length: text('name').length, max: 255 } });
  if (!file) issues.push({ path: 'file', code: 'required' });
  const deliver = text('deliver') || 'email';
  if (deliver !== 'email' && deliver !== 'none')
    issues.push({ path: 'deliver', code: 'not_a_choice', params: { choices: ['email', 'none'] } });
  if (issues.length > 0 || !file) throw invalidInput('the form is not valid', issues);
  return {
    name: text('name'),
    templateId: text('template_id'),
    file,
    charset: text('charset') || undefined,
    channels: deliver === 'none' ? [] : ['email'],
    hidden: text('hidden') === 'true',
  };
}
