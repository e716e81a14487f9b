/** VEC's institution users: list and get. They are the organization's members. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { getMember, listMembers } from '../../usecases/members/get-member.ts';
import { readListQuery } from './list-query.ts';
import { pageWire, readPaging } from './paging.ts';
import { userWire } from './user-wire.ts';

const sortFields = {
  first_name: 'firstName',
  last_name: 'lastName',
  email: 'email',
  role: 'role',
  is_archived: 'isArchived',
  has_signature: 'hasSignature',
  signatory_name: 'signatoryName',
  signatory_designation: 'signatoryDesignation',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
} as const;

export function registerUsers(server: FastifyInstance, app: App): void {
  server.get('/user-management/users', async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const wanted = readListQuery(query);
    const search = wanted.text('search');
    const field = wanted.choice('sort_field', Object.keys(sortFields) as (keyof typeof sortFields)[]);
    const order = wanted.choice('sort_order', ['asc', 'desc']);
    wanted.refuseFaults();
    // A field without an order goes up, as in Laravel; without a field the newest comes first.
    const descending = order === undefined ? field === undefined : order === 'desc';
    const { members, total } = await listMembers(app, request.actor, {
      search,
      sort: { field: sortFields[field ?? 'created_at'], descending },
      limit: paging.perPage,
      offset: (paging.page - 1) * paging.perPage,
    });
    const data = members.map((member) => userWire(app, member));
    return pageWire(data, total, paging, `${app.publicUrl}/business/user-management/users`, query);
  });

  server.get<{ Params: { id: string } }>('/user-management/users/:id', async (request) => ({
    user: userWire(app, await getMember(app, request.actor, request.params.id)),
  }));
}
