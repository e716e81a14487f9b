/** The calls for institution users. */

import { z } from 'zod';
import type { Operation } from '../../../http/openapi/operation.ts';
import { paging, search, sort, sortOrder } from './operation.ts';
import { pageOf } from './pages.ts';
import { user } from './schemas.ts';

export const userOperations: Operation[] = [
  {
    method: 'get',
    path: '/business/user-management/users',
    operationId: 'listUsers',
    tag: 'Users',
    summary: 'List institution users',
    permission: 'users:list',
    query: z.object({
      ...paging,
      search: search('a name, an e-mail address or a signatory’s name or designation'),
      sort_field: sort([
        'first_name',
        'last_name',
        'email',
        'role',
        'is_archived',
        'has_signature',
        'signatory_name',
        'signatory_designation',
        'created_at',
        'updated_at',
      ]),
      sort_order: sortOrder,
    }),
    success: { status: 200, description: 'A page of users', schema: pageOf(user) },
    errors: [422],
  },
  {
    method: 'get',
    path: '/business/user-management/users/{userUuid}',
    operationId: 'getUser',
    tag: 'Users',
    summary: 'Get an institution user',
    permission: 'users:view',
    success: { status: 200, description: 'The user, under `user`', schema: z.object({ user }) },
    errors: [404],
  },
];
