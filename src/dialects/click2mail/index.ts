/** The Click2Mail door: `/v1/batches` and `/molpro`, HTTP Basic, XML out. Contract and divergences: docs/dialects/click2mail.md. */

import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { notFound } from '../../errors.ts';
import { guardAccount } from '../../http/basic.ts';
import type { RateLimits } from '../../http/rate-limits.ts';
import { refuseOtherMethods } from '../../http/refuse-other-methods.ts';
import { registerBatches } from './batches.ts';
import { presentError } from './errors.ts';
import { registerMolpro, rootOf } from './molpro/index.ts';
import { methodSentence } from './sentences.ts';
import { statusElement } from './wire.ts';
import { writeXml, xmlType } from './xml-writer.ts';

/** By the address as it came, slashes too many and a query included. */
export const isOfClick2mail = (url: string): boolean => /^\/+(?:v1\/+batches|molpro)(?:[/?]|$)/i.test(url);

interface Part {
  register(server: FastifyInstance, app: App): void | Promise<void>;
  /** The element that an error stands in. */
  root(request: FastifyRequest): string;
}

const parts: Record<string, Part> = {
  '/v1/batches': { register: registerBatches, root: () => 'error' },
  '/molpro': { register: registerMolpro, root: rootOf },
};

export async function registerClick2mail(server: FastifyInstance, app: App, limits: RateLimits): Promise<void> {
  for (const [prefix, part] of Object.entries(parts)) {
    const door: FastifyPluginAsync = async (scope) => openDoor(scope, app, limits, part);
    await server.register(door, { prefix });
  }
}

const readableType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/;

async function openDoor(
  server: FastifyInstance,
  app: App,
  limits: RateLimits,
  { register, root }: Part,
): Promise<void> {
  server.setErrorHandler((error, request, reply) => presentError(app, error, request, reply, root(request)));
  server.setNotFoundHandler((request, reply) =>
    presentError(app, notFound('address', request.url.split('?')[0] as string), request, reply),
  );
  // One that cannot be read says as little as none: the bytes decide.
  server.addHook('onRequest', async ({ headers }) => {
    if (!readableType.test(headers['content-type'] ?? '')) delete headers['content-type'];
  });
  guardAccount(server, app, limits);
  const refuseOthers = refuseOtherMethods(server, (request, allowed, reply) => {
    reply.type(xmlType);
    return writeXml(statusElement(root(request), 9, methodSentence(request.method, allowed)));
  });
  await register(server, app);
  refuseOthers();
}
