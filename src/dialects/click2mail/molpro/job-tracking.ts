/** MOLPRO's tracking of one job, with the client's own keys or without. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../../app.ts';
import { readTracking } from '../../../usecases/mail-events/read-tracking.ts';
import { getMailJob } from '../../../usecases/mailings/get-mailing.ts';
import { kindAsked, sendTracking } from '../tracking.ts';
import { numberOf, readParameters } from './parameters.ts';

interface WithId {
  Params: { id: string };
}

const none = 'Tracking data not available for this job.';

export function registerJobTracking(server: FastifyInstance, app: App): void {
  for (const [path, allIds] of [
    ['/jobs/:id/tracking', false],
    ['/jobs/:id/uniqueid/tracking', true],
  ] as const)
    server.get<WithId>(path, async (request, reply) => {
      const parameters = readParameters(request);
      const job = await getMailJob(app, request.actor, numberOf('mail job', request.params.id));
      const pieces = await readTracking(app, request.actor, {
        jobNumber: job.number,
        barcode: barcodeOf(parameters.text('barCode')),
        allScans: parameters.text('trackingDetail').toLowerCase() === 'true',
      });
      const isAsked = kindAsked(parameters.text('trackingType'), [job]);
      return sendTracking(reply, pieces, { id: job.number, status: 200, none, isAsked, allIds });
    });
}

/** The tracking code is the first 20 digits; the routing may stand behind it. Anything else is a code that no piece has. */
function barcodeOf(text: string): string | undefined {
  if (text === '') return undefined;
  const digits = text.replace(/[\s-]/g, '');
  return /^(\d{20})(?:\d{5}|\d{9}|\d{11})?$/.exec(digits)?.[1] ?? digits.slice(0, 40);
}
