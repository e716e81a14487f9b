/** What every request to a door passes first: who asks, and whether they ask too often. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { Actor } from '../domain/permissions.ts';
import { ChanceryError } from '../errors.ts';
import { authenticate, isFamiliar } from '../usecases/api-keys/authenticate.ts';
import { bearerOf } from './bearer.ts';
import type { RateLimits, Standing } from './rate-limits.ts';

/** How one kind of door learns who asks. */
export interface Gate {
  /** What the request shows is known to this process as valid; asks nobody. */
  isFamiliar(request: FastifyRequest): boolean;
  /** Throws `unauthenticated`. */
  authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Actor>;
  /** False for a request that shows nothing at all and only asks how to log in: it is neither counted nor refused for others' guesses. */
  isGuess?(request: FastifyRequest): boolean;
}

/** `guard` for API keys. `readKey` is where this door's clients show theirs; default: the Bearer token. */
export function guardRequests(
  server: FastifyInstance,
  app: App,
  limits: RateLimits,
  readKey: (request: FastifyRequest) => string | undefined = ({ headers }) => bearerOf(headers.authorization),
): void {
  guard(server, app, limits, {
    isFamiliar: (request) => isFamiliar(app, readKey(request)),
    authenticate: (request) => authenticate(app, readKey(request)),
  });
}

/**
 * Sets `request.actor`. Throws `unauthenticated`, and `too_many_requests` with Laravel's headers: per key or account, whichever door it
 * knocks at, and per address for requests without a valid one. Past the latter limit an unknown key is refused unseen, while one that this
 * process knows still passes: behind a proxy all share an address, and a stranger must not lock the others out.
 */
export function guard(server: FastifyInstance, app: App, limits: RateLimits, gate: Gate): void {
  const perAddress = app.config.RATE_LIMIT_UNAUTHENTICATED;
  server.decorateRequest('actor', null as never);
  server.addHook('onRequest', async (request, reply) => {
    const address = `address ${request.ip}`;
    const counts = perAddress > 0 && (gate.isGuess?.(request) ?? true);
    if (counts && !gate.isFamiliar(request)) {
      const standing = limits.look(address, perAddress);
      if (!standing.allowed) refuse(reply, standing, perAddress);
    }
    request.actor = await gate.authenticate(request, reply).catch((error: unknown) => {
      if (counts && error instanceof ChanceryError && error.code === 'unauthenticated')
        limits.take(address, perAddress);
      throw error;
    });
    countRequest(app, request, reply, limits);
  });
}

function countRequest(app: App, { actor }: FastifyRequest, reply: FastifyReply, limits: RateLimits): void {
  const { key, account } = actor;
  const name = key ? `key ${key.id}` : account && `account ${account.id}`;
  const max = (key ?? account)?.rateLimit ?? app.config.RATE_LIMIT;
  if (max === 0 || !name) return;
  const standing = limits.take(name, max);
  if (!standing.allowed) refuse(reply, standing, max);
  reply.header('x-ratelimit-limit', max).header('x-ratelimit-remaining', standing.remaining);
}

function refuse(reply: FastifyReply, { retryAfter, resetAt }: Standing, max: number): never {
  reply.header('x-ratelimit-limit', max).header('x-ratelimit-remaining', 0);
  reply.header('retry-after', retryAfter).header('x-ratelimit-reset', resetAt);
  throw new ChanceryError('too_many_requests', 'too many requests', { details: { limit: max, retryAfter } });
}
