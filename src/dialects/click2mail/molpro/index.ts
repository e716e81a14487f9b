/** `/molpro`: what the clients of batches also call of Click2Mail's older interface. Contract and divergences: docs/dialects/click2mail.md. */

import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../../app.ts';
import { registerAccount } from './account.ts';
import { registerAddressCorrection } from './address-correction.ts';
import { registerAddressLists } from './address-lists.ts';
import { registerCostEstimate } from './cost-estimate.ts';
import { registerCredit } from './credit.ts';
import { registerDocuments } from './documents.ts';
import { registerJobTracking } from './job-tracking.ts';
import { registerJobs } from './jobs.ts';
import { acceptForms } from './parameters.ts';
import { registerProductOptions } from './product-options.ts';

/** `server` is the scope of `/molpro` alone. */
export async function registerMolpro(server: FastifyInstance, app: App): Promise<void> {
  acceptForms(server);
  await server.register(multipart, {
    limits: {
      fileSize: app.config.MAX_UPLOAD_MB * 2 ** 20,
      files: 1,
      fields: 100,
      parts: 101,
      fieldSize: 65_536,
      fieldNameSize: 200,
      headerPairs: 20,
    },
  });
  registerAccount(server);
  registerCredit(server, app);
  registerCostEstimate(server, app);
  registerProductOptions(server);
  registerAddressCorrection(server, app);
  registerAddressLists(server, app);
  registerDocuments(server, app);
  registerJobs(server, app);
  registerJobTracking(server, app);
}

/** What the resource's own answer begins with, where clients look for the error. */
const roots: Record<string, string> = {
  account: 'account',
  credit: 'credit',
  costestimate: 'costEstimate',
  productoptions: 'productOptions',
  addresscorrection: 'addressCorrection',
  addresslists: 'addressList',
  documents: 'document',
  jobs: 'job',
};

export const rootOf = ({ url }: FastifyRequest): string =>
  roots[/\/molpro\/+(\w+)/i.exec(url)?.[1]?.toLowerCase() ?? ''] ?? 'error';
