/** Our own API, /chancery/v1: what the command line and the console speak. Errors are RFC 9457 problems. */

import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { App } from '../app.ts';
import { notFound } from '../errors.ts';
import { guardRequests } from '../http/guard-requests.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { registerApprovals } from './approvals.ts';
import { registerBatches } from './batches.ts';
import { registerCredentials } from './credentials.ts';
import { sendProblem } from './errors.ts';
import { registerMailEvents } from './mail-events.ts';
import { registerMailings } from './mailings.ts';
import { registerMembers } from './members.ts';
import { registerOrganization } from './organization.ts';
import { registerPrintRuns } from './print-runs.ts';
import { registerTemplates } from './templates.ts';
import { registerTokens } from './tokens.ts';
import { registerWebhooks } from './webhooks.ts';

export async function registerApi(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  await server.register(multipart, {
    limits: {
      fileSize: app.config.MAX_UPLOAD_MB * 2 ** 20,
      files: 1,
      fields: 20,
      parts: 21,
      fieldSize: 65_536,
      fieldNameSize: 200,
      headerPairs: 20,
    },
  });
  server.setErrorHandler((error, request, reply) => sendProblem(app, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    sendProblem(app, notFound('address', request.url.split('?')[0] as string), request, reply),
  );
  guardRequests(server, app, limits);
  registerApprovals(server, app);
  registerBatches(server, app);
  registerCredentials(server, app);
  registerTemplates(server, app);
  registerMailings(server, app);
  const events: FastifyPluginAsync = async (scope) => registerMailEvents(scope, app);
  await server.register(events);
  registerMembers(server, app);
  registerOrganization(server, app);
  registerPrintRuns(server, app);
  registerTokens(server, app);
  registerWebhooks(server, app);
}
