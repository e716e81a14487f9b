/** Credentials of this door: list, get, revoke, verify. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { App } from '../../app.ts';
import type { ItemRow } from '../../db/items.ts';
import type { Actor } from '../../domain/permissions.ts';
import { invalidInput } from '../../errors.ts';
import { startOf } from '../../http/days.ts';
import { checkCredential } from '../../usecases/credentials/check-credential.ts';
import { revokeCredential } from '../../usecases/credentials/revoke-credential.ts';
import { getItem, getItemTemplate } from '../../usecases/items/get-item.ts';
import { listItems, type WantedItems } from '../../usecases/items/list-items.ts';
import {
  credentialDetailWire,
  credentialStatuses,
  credentialWire,
  statusesBehind,
  verificationWire,
} from './credential-wire.ts';
import { paginationWire, rangeOf, readPaging } from './paging.ts';
import { readQuery } from './query.ts';

interface WithId {
  Params: { id: string };
}

/** Shown to everyone who looks the credential up. */
const revocation = z.object({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u),
});

export function registerCredentials(server: FastifyInstance, app: App): void {
  server.get('/credentials', async ({ actor, query }) => {
    const paging = readPaging(query as Record<string, unknown>);
    const wanted = { ...readFilter(query as Record<string, unknown>), ...rangeOf(paging) };
    const { items, total } = await listItems(app, actor, wanted);
    return {
      credentials: items.map((item) => credentialWire(item, app.publicUrl)),
      pagination: paginationWire(paging, total),
    };
  });

  server.get<WithId>('/credentials/:id', async ({ actor, params }) =>
    detail(app, actor, await getItem(app, actor, params.id)),
  );

  server.post<WithId>('/credentials/:id/revoke', async ({ actor, params, body }) => {
    const said = revocation.safeParse(body ?? {});
    if (!said.success) throw invalidInput('a reason of one line is needed', [reasonIssue(body)]);
    return detail(app, actor, await revokeCredential(app, actor, params.id, said.data.reason));
  });

  server.get<WithId>('/credentials/:id/verify', async ({ actor, params }) =>
    verificationWire(await checkCredential(app, actor, params.id)),
  );
}

const detail = async (app: App, actor: Actor, item: ItemRow) =>
  credentialDetailWire(item, await getItemTemplate(app, actor, item), app.publicUrl);

function reasonIssue(body: unknown) {
  const { reason } = (body ?? {}) as { reason?: unknown };
  const isMissing = reason === undefined || (typeof reason === 'string' && reason.trim() === '');
  return { path: 'reason', code: isMissing ? 'required' : 'invalid' } as const;
}

/** Throws `invalid_input` with everything found wrong. */
function readFilter(query: Record<string, unknown>): Omit<WantedItems, 'limit' | 'offset'> {
  const wanted = readQuery(query);
  const status = wanted.choice('status', credentialStatuses);
  const [from, to] = [wanted.day('issued_from'), wanted.day('issued_to')];
  const filter = {
    email: wanted.text('email'),
    templateId: wanted.text('template_id'),
    batchId: wanted.text('job_id'),
    search: wanted.text('q'),
    statuses: statusesBehind(status),
    ...((from ?? to) && {
      issuedAt: { from: from ? startOf(from) : undefined, before: to ? startOf(to, 1) : undefined },
    }),
  };
  wanted.refuseFaults();
  return filter;
}
