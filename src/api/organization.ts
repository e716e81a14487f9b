/** The caller's own organization: credits and DID document. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { getCredits } from '../usecases/credits/get-credits.ts';
import { readDidDocument } from '../usecases/organizations/did-document.ts';
import { readRange } from './wire.ts';

export function registerOrganization(server: FastifyInstance, app: App): void {
  server.get('/credits', async (request) => {
    const { batch_id: batchId, kind } = request.query as Record<string, unknown>;
    const filter = { batchId: textOf(batchId), kind: textOf(kind), ...readRange(request.query) };
    return getCredits(app, request.actor, filter);
  });
  server.get('/did', (request) => readDidDocument(app, request.actor.organizationId, request.actor.test));
}

/** An empty filter, or one given twice, is as good as none. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
