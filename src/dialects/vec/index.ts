/** The VEC door: `/business`, Bearer tokens, Laravel's manners. Contract and divergences: docs/dialects/vec.md. */

import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { bearerOf } from '../../http/bearer.ts';
import { authenticate } from '../../usecases/api-keys/authenticate.ts';
import { registerBatches } from './batches.ts';
import { registerCertificates } from './certificates.ts';
import { presentError } from './errors.ts';
import { registerStorage } from './storage.ts';
import { registerTemplates } from './templates.ts';

export async function registerVec(server: FastifyInstance, app: App): Promise<void> {
  await server.register(
    async (business) => {
      await business.register(multipart, {
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
      business.setErrorHandler((error, request, reply) => presentError(app, error, request, reply));
      business.setNotFoundHandler((request, reply) =>
        reply.code(404).send({ message: `The route ${request.url.split('?')[0]?.slice(1)} could not be found.` }),
      );
      business.decorateRequest('actor', null as never);
      business.addHook('onRequest', async (request) => {
        request.actor = await authenticate(app, bearerOf(request.headers.authorization));
      });
      registerBatches(business, app);
      registerCertificates(business, app);
      registerTemplates(business, app);
    },
    { prefix: '/business' },
  );
  await server.register(
    async (storage) => {
      storage.setErrorHandler((error, request, reply) => presentError(app, error, request, reply));
      registerStorage(storage, app);
    },
    { prefix: '/storage' },
  );
}
