/** VEC's certificates: list, get, download. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { requirePermission } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';
import { readDocument } from '../../usecases/documents/read-document.ts';
import { getItem, listItems } from '../../usecases/items/get-item.ts';
import { readStatusFilter } from './batch-detail.ts';
import { pageWire, readPaging } from './paging.ts';
import { certificateStatus, certificateWire } from './wire.ts';

interface WithId {
  Params: { id: string };
}

export function registerCertificates(server: FastifyInstance, app: App): void {
  server.get('/certificates', async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const batchId = typeof query.batch_id === 'string' && query.batch_id !== '' ? query.batch_id : undefined;
    const statuses = readStatusFilter(certificateStatus, query.status, ['processing']);
    const { items, total } = await listItems(app, request.actor, {
      batchId,
      statuses,
      limit: paging.perPage,
      offset: (paging.page - 1) * paging.perPage,
    });
    const data = items.map((item) => certificateWire(item, app.publicUrl));
    return pageWire(data, total, paging, `${app.publicUrl}/business/certificates`, query);
  });

  server.get<WithId>('/certificates/:id', async (request) => ({
    data: certificateWire(await getItem(app, request.actor, request.params.id), app.publicUrl),
  }));

  server.get<WithId>('/certificates/:id/download', async (request, reply) => {
    requirePermission(request.actor, 'certificates:download');
    const item = await getItem(app, { ...request.actor, scopes: ['certificates:view'] }, request.params.id);
    if (!item.packKey) throw notFound('document', item.id);
    return reply
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="${item.referenceId}.pdf"`)
      .send(await readDocument(app, item));
  });
}
