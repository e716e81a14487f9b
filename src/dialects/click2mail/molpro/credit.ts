/** MOLPRO's credit: what the organization has left, and that nobody can buy more here. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../../app.ts';
import { ChanceryError } from '../../../errors.ts';
import { getCredits } from '../../../usecases/credits/get-credits.ts';
import { sendXml } from '../wire.ts';
import { dollars } from './money.ts';

export function registerCredit(server: FastifyInstance, app: App): void {
  server.get('/credit', async (request, reply) => {
    const { available } = await getCredits(app, request.actor, { limit: 1, offset: 0 });
    return sendXml(reply, 200, [
      'credit',
      [
        ['balance', dollars(available)],
        ['description', 'Success'],
        ['status', 0],
        ['statusUrl', `${app.publicUrl}/molpro/credit`],
        ['allowNegative', false],
      ],
    ]);
  });

  // Card data is not even read.
  server.post('/credit/purchase', async () => {
    throw new ChanceryError('forbidden', 'credit is granted by whoever runs this server; no cards are taken');
  });
}
