/** The Click2Mail door: `/v1/batches` and `/molpro`, HTTP Basic, XML out. Contract and divergences: docs/dialects/click2mail.md. */

import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { App } from '../../app.ts';
import { notFound } from '../../errors.ts';
import { guardAccount } from '../../http/basic.ts';
import type { RateLimits } from '../../http/rate-limits.ts';
import { refuseOtherMethods } from '../../http/refuse-other-methods.ts';
import { registerBatches } from './batches.ts';
import { presentError } from './errors.ts';
import { methodSentence } from './sentences.ts';
import { statusElement } from './wire.ts';
import { writeXml, xmlType } from './xml-writer.ts';

/** By the address as it came, slashes too many and a query included. */
export const isOfClick2mail = (url: string): boolean => /^\/+(?:v1\/+batches|molpro)(?:[/?]|$)/i.test(url);

export async function registerClick2mail(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  const batches: FastifyPluginAsync = async (scope) => openDoor(scope, app, limits, registerBatches);
  await server.register(batches, { prefix: '/v1/batches' });
  const molpro: FastifyPluginAsync = async (scope) => openDoor(scope, app, limits, () => {});
  await server.register(molpro, { prefix: '/molpro' });
}

function openDoor(
  server: FastifyInstance,
  app: App,
  limits: RateLimits,
  registerRoutes: (server: FastifyInstance, app: App) => void,
): void {
  server.setErrorHandler((error, request, reply) => presentError(app, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    presentError(app, notFound('address', request.url.split('?')[0] as string), request, reply),
  );
  guardAccount(server, app, limits);
  const refuseOthers = refuseOtherMethods(server, ({ method }, allowed, reply) => {
    reply.type(xmlType);
    return writeXml(statusElement('error', 9, methodSentence(method, allowed)));
  });
  registerRoutes(server, app);
  refuseOthers();
}
