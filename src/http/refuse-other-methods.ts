/** What a door answers where the address is right and the method is not: 405 with `Allow` (RFC 9110, section 15.5.6). */

import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

const known: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Call it before the scope's routes are registered, and what it gives after the last one. `body` is what the door says; where that is no JSON, it sets the type. */
export function refuseOtherMethods(
  server: FastifyInstance,
  body: (request: FastifyRequest, allowed: string[], reply: FastifyReply) => unknown,
): () => void {
  const taken = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ routePath, method }) => {
    const methods = taken.get(routePath) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    taken.set(routePath, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      const allowed = known.filter((method) => methods.has(method));
      server.route({
        url,
        method: known.filter((method) => !methods.has(method)),
        config: { refused: true },
        // Before the body is looked at: whatever it is, the method is wrong.
        onRequest: async (request, reply) =>
          reply
            .code(405)
            .header('allow', allowed.join(', '))
            .send(body(request, allowed, reply)),
        handler: () => undefined,
      });
    }
  };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that does nothing but say that the method is wrong. */
    refused?: boolean;
  }
}
