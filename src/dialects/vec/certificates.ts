/** VEC's certificates: list, get, download. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { requirePermission } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';
import { startOf } from '../../http/days.ts';
import { readDocument } from '../../usecases/documents/read-document.ts';
import { getItem } from '../../usecases/items/get-item.ts';
import { getSignatures } from '../../usecases/items/get-signatures.ts';
import { listItems, type WantedItems } from '../../usecases/items/list-items.ts';
import { readListQuery } from './list-query.ts';
import { certificateStatuses } from './openapi/schemas.ts';
import { pageWire, readPaging } from './paging.ts';
import { certificateStatus, certificateWire, statusesBehind } from './wire.ts';

const sortFields = {
  name: 'name',
  email: 'email',
  status: 'status',
  issue_date: 'issueDate',
  generated_at: 'issuedAt',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
} as const;

/** By the alphabet of VEC's words. */
const statusOrder = Object.entries(certificateStatus)
  .sort(([, a], [, b]) => (a < b ? -1 : 1))
  .map(([status]) => status as keyof typeof certificateStatus);

/** Throws `invalid_input` with Laravel's sentences. */
function readFilter(query: Record<string, unknown>): Omit<WantedItems, 'limit' | 'offset'> {
  const wanted = readListQuery(query);
  const search = wanted.text('search');
  const field = wanted.choice('sort_field', Object.keys(sortFields) as (keyof typeof sortFields)[]);
  const order = wanted.choice('sort_order', ['asc', 'desc']);
  const batchId = wanted.id('batch_id');
  const customerNumber = wanted.integer('customer_id');
  const status = wanted.choice('status', certificateStatuses);
  const issueDate = { from: wanted.day('issue_date_from'), to: wanted.day('issue_date_to') };
  const [from, to] = [wanted.day('generated_at_from'), wanted.day('generated_at_to')];
  wanted.refuseFaults();
  // A field without an order goes up, as in Laravel; without a field the newest comes first.
  const descending = order === undefined ? field === undefined : order === 'desc';
  const newestFirst = (field ?? 'created_at') === 'created_at' && descending;
  return {
    search,
    batchId,
    customerNumber,
    statuses: statusesBehind(certificateStatus, status),
    statusOrder,
    ...((issueDate.from ?? issueDate.to) && { issueDate }),
    ...((from ?? to) && {
      issuedAt: { from: from ? startOf(from) : undefined, before: to ? startOf(to, 1) : undefined },
    }),
    ...(!newestFirst && { sort: { field: sortFields[field ?? 'created_at'], descending } }),
  };
}

interface WithId {
  Params: { id: string };
}

export function registerCertificates(server: FastifyInstance, app: App): void {
  server.get('/certificates', async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const { items, total } = await listItems(app, request.actor, {
      ...readFilter(query),
      limit: paging.perPage,
      offset: (paging.page - 1) * paging.perPage,
    });
    const signatures = await getSignatures(app, request.actor, items);
    const data = items.map((item) => certificateWire(item, app.publicUrl, signatures.get(item.batchId)));
    return pageWire(data, total, paging, `${app.publicUrl}/business/certificates`, query);
  });

  server.get<WithId>('/certificates/:id', async (request) => {
    const item = await getItem(app, request.actor, request.params.id);
    const signatures = await getSignatures(app, request.actor, [item]);
    return { data: certificateWire(item, app.publicUrl, signatures.get(item.batchId)) };
  });

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
