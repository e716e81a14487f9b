/** What every request to a door with API keys passes first: who asks, and whether they ask too often. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { ChanceryError } from '../errors.ts';
import { authenticate, isFamiliar } from '../usecases/api-keys/authenticate.ts';
import { bearerOf } from './bearer.ts';
import type { RateLimits, Standing } from './rate-limits.ts';

/**
 * Sets `request.actor`. Throws `unauthenticated`, and `too_many_requests` with Laravel's headers: per key, whichever door it knocks at,
 * and per address for requests without a valid key. Past the latter limit an unknown key is refused unseen, while one that this process
 * knows still passes: behind a proxy all share an address, and a stranger must not lock the others out.
 * `readKey` is where this door's clients show their key; default: the Bearer token.
 */
export function guardRequests(
  server: FastifyInstance,
  app: App,
  limits: RateLimits,
  readKey: (request: FastifyRequest) => string | undefined = ({ headers }) => bearerOf(headers.authorization),
): void {
  const perAddress = app.config.RATE_LIMIT_UNAUTHENTICATED;
  server.decorateRequest('actor', null as never);
  server.addHook('onRequest', async (request, reply) => {
    const token = readKey(request);
    const address = `address ${request.ip}`;
    if (perAddress > 0 && !isFamiliar(app, token)) {
      const standing = limits.look(address, perAddress);
      if (!standing.allowed) refuse(reply, standing, perAddress);
    }
    request.actor = await authenticate(app, token).catch((error: unknown) => {
      if (perAddress > 0 && error instanceof ChanceryError && error.code === 'unauthenticated')
        limits.take(address, perAddress);
      throw error;
    });
    countRequest(app, request, reply, limits);
  });
}

function countRequest(app: App, { actor }: FastifyRequest, reply: FastifyReply, limits: RateLimits): void {
  const max = actor.key?.rateLimit ?? app.config.RATE_LIMIT;
  if (max === 0 || !actor.key) return;
  const standing = limits.take(`key ${actor.key.id}`, max);
  if (!standing.allowed) refuse(reply, standing, max);
  reply.header('x-ratelimit-limit', max).header('x-ratelimit-remaining', standing.remaining);
}

function refuse(reply: FastifyReply, { retryAfter, resetAt }: Standing, max: number): never {
  reply.header('x-ratelimit-limit', max).header('x-ratelimit-remaining', 0);
  reply.header('retry-after', retryAfter).header('x-ratelimit-reset', resetAt);
  throw new ChanceryError('too_many_requests', 'too many requests', { details: { limit: max, retryAfter } });
}
