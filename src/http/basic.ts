/** HTTP Basic (RFC 7617): mail accounts log in with every request. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { ChanceryError } from '../errors.ts';
import { logIn } from '../usecases/mail-accounts/log-in.ts';
import type { Login } from '../usecases/mail-accounts/recent-accounts.ts';
import { guard } from './guard-requests.ts';
import type { RateLimits } from './rate-limits.ts';

const basicChallenge = 'Basic realm="Chancery", charset="UTF-8"';

/**
 * Sets `request.actor` to the account's. What the guard throws reaches the door's error handler with `www-authenticate` set.
 * Some clients (.NET) send every request once without a password, to be asked for it; that is no guess.
 */
export function guardAccount(server: FastifyInstance, app: App, limits: RateLimits): void {
  guard(server, app, limits, {
    isGuess: ({ headers }) => headers.authorization !== undefined,
    isFamiliar: (request) => {
      const login = loginOf(request);
      return login !== undefined && app.recentAccounts.wasValid(login);
    },
    authenticate: (request, reply) =>
      logIn(app, loginOf(request)).catch((error: unknown) => {
        if (error instanceof ChanceryError && error.code === 'unauthenticated')
          reply.header('www-authenticate', basicChallenge);
        throw error;
      }),
  });
}

/** Everything after the first colon is the password. */
function loginOf({ headers }: Pick<FastifyRequest, 'headers'>): Login | undefined {
  const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2})\s*$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = decode(Buffer.from(encoded, 'base64'));
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Older clients write Latin-1, which hardly ever is valid UTF-8. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
