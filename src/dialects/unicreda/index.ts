/** The UniCreda door: `/api/v1`, the header X-API-Key, JSON in and out, Spanish unless English is asked for. Contract and divergences: docs/dialects/unicreda.md. */

import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { App } from '../../app.ts';
import { notFound } from '../../errors.ts';
import { guardRequests } from '../../http/guard-requests.ts';
import type { RateLimits } from '../../http/rate-limits.ts';
import { refuseOtherMethods } from '../../http/refuse-other-methods.ts';
import { registerCredentials } from './credentials.ts';
import { presentError } from './errors.ts';
import { registerIssue } from './issue.ts';
import { registerJobs } from './jobs.ts';
import { languageOf } from './language.ts';
import { unicredaDocument } from './openapi/document.ts';
import { methodSentence } from './sentences.ts';
import { registerTemplates } from './templates.ts';
import { faultBody } from './wire.ts';

export async function registerUnicreda(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  const door: FastifyPluginAsync = async (scope) => openDoor(scope, app, limits);
  await server.register(door);
  // Open to everyone: a client is generated before it has a key.
  const document = JSON.stringify(unicredaDocument());
  server.get('/openapi.json', (_, reply) => reply.type('application/json').send(document));
}

async function openDoor(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  server.setErrorHandler((error, request, reply) => presentError(app, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    presentError(app, notFound('address', request.url.split('?')[0] as string), request, reply),
  );
  guardRequests(server, app, limits, ({ headers }) => headers['x-api-key']?.toString().trim());
  const refuseOthers = refuseOtherMethods(server, (request, allowed) =>
    faultBody(methodSentence(request.method, allowed, languageOf(request.headers))),
  );
  registerJobs(server, app);
  const issuing: FastifyPluginAsync = async (scope) => registerIssue(scope, app);
  await server.register(issuing);
  registerTemplates(server, app);
  registerCredentials(server, app);
  refuseOthers();
}
