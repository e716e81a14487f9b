/** The token of an Authorization header. */

import type { Actor } from '../domain/permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by a door's authentication hook before any handler runs. */
    actor: Actor;
  }
}

/** Any opaque text after `Bearer`, in any case. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +(\S+)\s*$/i.exec(header ?? '')?.[1];
}
