/** The VEC door: `/business`, Bearer tokens, Laravel's manners. Contract and divergences: docs/dialects/vec.md. */

import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { guardRequests } from '../../http/guard-requests.ts';
import type { RateLimits } from '../../http/rate-limits.ts';
import { refuseOtherMethods } from '../../http/refuse-other-methods.ts';
import { registerBatches } from './batches.ts';
import { registerCertificates } from './certificates.ts';
import { presentError } from './errors.ts';
import { vecDocument } from './openapi/document.ts';
import { registerStorage } from './storage.ts';
import { registerTemplates } from './templates.ts';
import { registerUsers } from './users.ts';
import { registerVault } from './vault.ts';

export async function registerVec(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  const business: FastifyPluginAsync = async (scope) => openBusiness(scope, app, limits);
  await server.register(business, { prefix: '/business' });
  const storage: FastifyPluginAsync = async (scope) => {
    scope.setErrorHandler((error, request, reply) => presentError(app, error, request, reply));
    registerStorage(scope, app);
  };
  await server.register(storage, { prefix: '/storage' });
  // Open to everyone: a client is generated before it has a token.
  const document = JSON.stringify(vecDocument());
  server.get('/business/openapi.json', (_, reply) => reply.type('application/json').send(document));
}

async function openBusiness(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  await server.register(multipart, {
    limits: {
      fileSize: app.config.MAX_UPLOAD_MB * 2 ** 20,
      files: 2,
      fields: 100,
      parts: 102,
      fieldSize: 65_536,
      fieldNameSize: 200,
      headerPairs: 20,
    },
  });
  server.setErrorHandler((error, request, reply) => presentError(app, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ message: `The route ${routeOf(request)} could not be found.` }),
  );
  guardRequests(server, app, limits);
  const refuseOthers = refuseOtherMethods(server, (request, allowed) => ({
    message: `The ${request.method} method is not supported for route ${routeOf(request)}. Supported methods: ${allowed.join(', ')}.`,
  }));
  registerBatches(server, app);
  registerCertificates(server, app);
  registerTemplates(server, app);
  registerUsers(server, app);
  registerVault(server, app);
  refuseOthers();
}

/** The address as Laravel writes it: without the first slash and the query. */
const routeOf = (request: FastifyRequest): string => (request.url.split('?')[0] as string).slice(1);
