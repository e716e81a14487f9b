/** The Click2Mail door: `/v1/batches` and `/molpro`, HTTP Basic, XML out. Contract and divergences: docs/dialects/click2mail.md. */

import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { App } from '../../app.ts';
import { notFound } from '../../errors.ts';
import { presentError } from './errors.ts';

/** By the address as it came, slashes too many and a query included. */
export const isOfClick2mail = (url: string): boolean => /^\/+(?:v1\/+batches|molpro)(?:[/?]|$)/i.test(url);

export async function registerClick2mail(server: FastifyInstance, app: App): Promise<void> {
  const batches: FastifyPluginAsync = async (scope) => openBatches(scope, app);
  await server.register(batches, { prefix: '/v1/batches' });
  const molpro: FastifyPluginAsync = async (scope) => openMolpro(scope, app);
  await server.register(molpro, { prefix: '/molpro' });
}

function openBatches(server: FastifyInstance, app: App): void {
  speakXml(server, app);
}

function openMolpro(server: FastifyInstance, app: App): void {
  speakXml(server, app);
}

function speakXml(server: FastifyInstance, app: App): void {
  server.setErrorHandler((error, request, reply) => presentError(app, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    presentError(app, notFound('address', request.url.split('?')[0] as string), request, reply),
  );
}
