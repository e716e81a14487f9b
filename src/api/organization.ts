/** The caller's own organization: credits and DID document. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { getCredits } from '../usecases/credits/get-credits.ts';
import { readDidDocument } from '../usecases/organizations/did-document.ts';

export function registerOrganization(server: FastifyInstance, app: App): void {
  server.get('/credits', (request) => getCredits(app, request.actor));
  server.get('/did', (request) => readDidDocument(app, request.actor.organizationId));
}
