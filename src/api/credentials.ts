/** Single credentials over our own API: look at, download, revoke. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import { requirePermission } from '../domain/permissions.ts';
import { invalidInput, notFound } from '../errors.ts';
import { revokeCredential } from '../usecases/credentials/revoke-credential.ts';
import { readDocument } from '../usecases/documents/read-document.ts';
import { getItem } from '../usecases/items/get-item.ts';
import { itemWire } from './wire.ts';

interface WithId {
  Params: { id: string };
}

/** Shown to everyone who looks the certificate up. */
const revocation = z.object({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u),
});

export function registerCredentials(server: FastifyInstance, app: App): void {
  server.get<WithId>('/credentials/:id', async (request) =>
    itemWire(await getItem(app, request.actor, request.params.id), app.publicUrl),
  );

  server.get<WithId>('/credentials/:id/document.pdf', async (request, reply) => {
    requirePermission(request.actor, 'certificates:download');
    const item = await getItem(app, { ...request.actor, scopes: ['*'] }, request.params.id);
    if (!item.packKey) throw notFound('document', item.id);
    return reply.type('application/pdf').send(await readDocument(app, item));
  });

  server.post<WithId>('/credentials/:id/revoke', async (request) => {
    const body = revocation.safeParse(request.body);
    if (!body.success) throw invalidInput('a reason of one line is needed', [{ path: 'reason', code: 'required' }]);
    return itemWire(await revokeCredential(app, request.actor, request.params.id, body.data.reason), app.publicUrl);
  });
}
