/** API keys over our own API, where they are called tokens: made, listed without their text, revoked. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { ApiKeyRow } from '../db/api-keys.ts';
import { keyDoors, keyModes } from '../domain/api-key.ts';
import { createOnce } from '../http/create-once.ts';
import { createApiKey } from '../usecases/api-keys/create-api-key.ts';
import { getApiKey, listApiKeys } from '../usecases/api-keys/list-api-keys.ts';
import { revokeApiKey } from '../usecases/api-keys/revoke-api-key.ts';
import { readBody } from './read-body.ts';
import { readRange } from './wire.ts';

interface WithId {
  Params: { id: string };
}

const newToken = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u),
  scopes: z.array(z.string().max(100)).min(1).max(100),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
  rate_limit: z.int().min(0).max(1_000_000).nullish(),
  mode: z.enum(keyModes).optional(),
  for: z.enum(keyDoors).optional(),
});

export function registerTokens(server: FastifyInstance, app: App): void {
  server.post('/tokens', async (request, reply) => {
    const body = readBody(newToken, request.body);
    const { name, scopes, rate_limit: rateLimit, mode, for: door } = body;
    const expiresAt = body.expires_at ? new Date(body.expires_at) : null;
    return createOnce(app, request, reply, {
      create: (actor) => createApiKey(app, actor, { name, scopes, rateLimit, expiresAt, mode, door }),
      answer: ({ row, token }) => ({ ...tokenWire(row), token }),
    });
  });
  server.get('/tokens', async (request) => {
    const { keys, total } = await listApiKeys(app, request.actor, readRange(request.query));
    return { tokens: keys.map(tokenWire), total };
  });
  server.get<WithId>('/tokens/:id', async (request) =>
    tokenWire(await getApiKey(app, request.actor, request.params.id)),
  );
  server.post<WithId>('/tokens/:id/revoke', async (request) =>
    tokenWire(await revokeApiKey(app, request.actor, request.params.id)),
  );
}

function tokenWire(row: ApiKeyRow) {
  const { id, name, mode, scopes, memberId, rateLimit, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  return { id, name, mode, scopes, memberId, rateLimit, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt };
}
