/** MOLPRO's jobs: a stored document to a stored list of addresses, edited until it is submitted, and followed from then on. */

import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../../app.ts';
import type { MailJobRow } from '../../../db/mail-jobs.ts';
import { requirePermission } from '../../../domain/permissions.ts';
import { invalidInput } from '../../../errors.ts';
import { readForm } from '../../../http/read-form.ts';
import { getMailJobCost } from '../../../usecases/mail-prices/get-mail-job-cost.ts';
import { cancelMailJob } from '../../../usecases/mailings/cancel-mail-job.ts';
import { createMailJob } from '../../../usecases/mailings/create-mail-job.ts';
import { getMailJob } from '../../../usecases/mailings/get-mailing.ts';
import { submitMailJob } from '../../../usecases/mailings/submit-mail-job.ts';
import { sendXml } from '../wire.ts';
import { readJob } from './job-parameters.ts';
import { costOf, infoElements, outcome, stateElements } from './job-wire.ts';
import { numberOf, type Parameters, readParameters } from './parameters.ts';

interface WithId {
  Params: { id: string };
}

export function registerJobs(server: FastifyInstance, app: App): void {
  server.post('/jobs', async (request, reply) => {
    requirePermission(request.actor, 'mailings:create');
    const job = await createMailJob(app, request.actor, readJob(app, await parametersOf(app, request)));
    return sendXml(reply, 201, ['job', outcome(app, job, 'Created')]);
  });

  server.post<WithId>('/jobs/:id/submit', async (request, reply) => {
    checkBilling(await parametersOf(app, request));
    const job = await submitMailJob(app, request.actor, numberOf('mail job', request.params.id));
    return sendXml(reply, 200, ['job', outcome(app, job)]);
  });

  server.post<WithId>('/jobs/:id/cancel', async ({ actor, params }, reply) =>
    sendXml(reply, 200, ['job', outcome(app, await cancelMailJob(app, actor, numberOf('mail job', params.id)))]),
  );

  server.get<WithId>('/jobs/:id', async ({ actor, params }, reply) =>
    sendXml(reply, 201, ['job', stateElements(app, await getMailJob(app, actor, numberOf('mail job', params.id)))]),
  );

  server.get<WithId>('/jobs/:id/cost', async ({ actor, params }, reply) => {
    const listNumber = ({ terms }: MailJobRow) => Number(terms.addressId ?? 0);
    const { job, parts } = await getMailJobCost(app, actor, numberOf('mail job', params.id), listNumber);
    return sendXml(reply, 201, ['job', costOf(app, job, parts)]);
  });

  server.get<WithId>('/jobs/info/:id', async ({ actor, params }, reply) =>
    sendXml(reply, 201, ['job', infoElements(app, await getMailJob(app, actor, numberOf('mail job', params.id)))]),
  );
}

/** Also of a multipart form, which some clients make of every call. */
async function parametersOf(app: App, request: FastifyRequest): Promise<Parameters> {
  if (!request.isMultipart()) return readParameters(request);
  await using form = await readForm(request, join(app.config.dataDirectory, 'uploads'));
  return readParameters(request, form.fields);
}

const billingTypes = ['User Credit', 'Invoice'];

/** It is always the credits that pay; who wants to pay by card is not charged in another way unasked. */
function checkBilling(parameters: Parameters): void {
  const given = parameters.text('billingType');
  if (given === '' || billingTypes.some((one) => one.toLowerCase() === given.toLowerCase())) return;
  throw invalidInput('no cards are taken', [
    { path: 'billingType', code: 'not_a_choice', params: { value: given.slice(0, 200), choices: billingTypes } },
  ]);
}
