/** MOLPRO's way of asking whether a name and a password are right. */

import type { FastifyInstance } from 'fastify';
import { sendXml, statusElement } from '../wire.ts';

export function registerAccount(server: FastifyInstance): void {
  server.route({
    method: ['GET', 'POST'],
    url: '/account/authorize',
    // Whoever comes this far is logged in.
    handler: async (_, reply) => sendXml(reply, 200, statusElement('account', 0, 'Success')),
  });
}
