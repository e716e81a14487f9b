/** The pages anyone may open, without login and without JavaScript, and the documents that verifiers fetch. */

import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify';
import type { App } from '../app.ts';
import { logPrivate, normalizeError } from '../http/normalize-error.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { readStatusList } from '../usecases/credentials/read-status-list.ts';
import { readDidDocument } from '../usecases/organizations/did-document.ts';
import { viewAchievement } from '../usecases/templates/get-template.ts';
import { registerApprovalRoutes } from './approval-routes.ts';
import { registerCredentialRoutes } from './credential-routes.ts';
import { pageStatus } from './errors.ts';
import { renderFaultPage } from './fault-page.ts';
import { renderHomePage } from './home-page.ts';
import { registerMailboxRoutes } from './mailbox-routes.ts';
import { renderNotFoundPage } from './not-found-page.ts';
import { pageHeaders } from './security-headers.ts';
import { stylesheet } from './stylesheet.ts';
import { registerWalletRoutes } from './wallet-routes.ts';

export async function registerPublic(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  const notFound = (reply: FastifyReply) => reply.code(404).headers(pageHeaders).send(renderNotFoundPage());
  server.setNotFoundHandler((_, reply) => notFound(reply));
  server.setErrorHandler((thrown, request, reply) => {
    const error = normalizeError(thrown);
    if (error.code === 'not_found') return notFound(reply);
    logPrivate(app, request, error);
    if (error.code === 'not_ready') reply.header('retry-after', '2');
    return reply.code(pageStatus[error.code]).headers(pageHeaders).send(renderFaultPage());
  });

  server.get('/', (_, reply) => reply.headers(pageHeaders).send(renderHomePage(app.config.hasMailbox)));
  server.get(stylesheet.path, (_, reply) =>
    reply
      .type(stylesheet.contentType)
      .header('cache-control', stylesheet.cacheControl)
      .header('x-content-type-options', 'nosniff')
      .send(stylesheet.content),
  );
  registerCredentialRoutes(server, app);
  const mailbox: FastifyPluginAsync = async (scope) => registerMailboxRoutes(scope, app);
  await server.register(mailbox);
  const approvals: FastifyPluginAsync = async (scope) => registerApprovalRoutes(scope, app);
  await server.register(approvals);
  const wallet: FastifyPluginAsync = async (scope) => registerWalletRoutes(scope, app, limits);
  await server.register(wallet);

  server.get<{ Params: { id: string } }>('/status-lists/:id', async (request, reply) =>
    reply
      .header('content-type', 'application/vc+ld+json')
      .header('cache-control', 'no-cache')
      .header('access-control-allow-origin', '*')
      .send(Buffer.from(await readStatusList(app, request.params.id))),
  );
  for (const [path, test] of [
    ['/organizations/:id/did.json', false],
    ['/organizations/:id/test/did.json', true],
  ] as const)
    server.get<{ Params: { id: string } }>(path, async (request, reply) =>
      reply
        .header('content-type', 'application/did+ld+json')
        .header('access-control-allow-origin', '*')
        .send(Buffer.from(JSON.stringify(await readDidDocument(app, request.params.id, test)))),
    );
  server.get<{ Params: { id: string } }>('/achievements/:id', async (request, reply) => {
    const { achievement, organizationName } = await viewAchievement(app, request.params.id);
    const { name, description, criteria } = achievement;
    const id = `${app.publicUrl}/achievements/${request.params.id}`;
    return reply.header('access-control-allow-origin', '*').send({
      id,
      type: ['Achievement'],
      name,
      description,
      criteria: { narrative: criteria },
      creator: { name: organizationName },
    });
  });
}
