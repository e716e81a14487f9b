/** The calls of the UniCreda door, one entry each: what goes in, what comes out, which permission it needs. */

import { z } from 'zod';
import type { Operation } from '../../../http/openapi/operation.ts';
import { credentialStatuses } from '../credential-wire.ts';
import { pageSizes } from '../paging.ts';
import { issueOperation } from './issue.ts';
import { anyJob, jobError } from './jobs.ts';
import { credential, credentialDetail, day, pageOf, said, template, uuid, verification } from './schemas.ts';

const paging = {
  page: said(z.int().min(1).default(1), 'Page to show').optional(),
  per_page: said(
    z.int().min(1).max(pageSizes.most).default(pageSizes.usual),
    'Entries on a page; more are cut to the most',
  ).optional(),
};

const jobs: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/jobs/{job_id}',
    operationId: 'getJob',
    tag: 'Jobs',
    summary: 'Get the status of a job, and its result once it is over',
    permission: 'batches:view',
    success: { status: 200, description: 'The job', schema: anyJob },
    errors: [404],
  },
  {
    method: 'get',
    path: '/api/v1/jobs/{job_id}/errors',
    operationId: 'listJobErrors',
    tag: 'Jobs',
    summary: 'Extension: list the rows of a job that have failed so far',
    permission: 'batches:view',
    query: z.object(paging),
    success: {
      status: 200,
      description: 'A page of errors in row order',
      schema: z.object({ job_id: uuid, ...pageOf('errors', jobError).shape }),
    },
    errors: [404, 422],
  },
  {
    method: 'post',
    path: '/api/v1/jobs/{job_id}/cancel',
    operationId: 'cancelJob',
    tag: 'Jobs',
    summary: 'Extension: cancel what a job has not issued yet',
    permission: 'batches:create',
    success: { status: 200, description: 'The job, which is a FAILURE from now on', schema: anyJob },
    errors: [400, 404, 409, 413, 415, 422],
  },
];

const templates: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/templates',
    operationId: 'listTemplates',
    tag: 'Templates',
    summary: 'List templates, newest first',
    permission: 'certificate-templates:list',
    query: z.object({ ...paging, q: said(z.string().max(255), 'Part of a name').optional() }),
    success: { status: 200, description: 'A page of templates', schema: pageOf('templates', template) },
    errors: [422],
  },
  {
    method: 'get',
    path: '/api/v1/templates/{template_id}',
    operationId: 'getTemplate',
    tag: 'Templates',
    summary: 'Get a template with the fields it requires',
    permission: 'certificate-templates:view',
    success: { status: 200, description: 'The template', schema: template },
    errors: [404],
  },
];

const credentials: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/credentials',
    operationId: 'listCredentials',
    tag: 'Credentials',
    summary: 'Extension: list credentials, newest first',
    permission: 'certificates:list',
    query: z.object({
      ...paging,
      email: said(z.string().max(255), 'The whole address, in any case').optional(),
      template_id: uuid.optional(),
      job_id: uuid.optional(),
      status: said(z.enum(credentialStatuses), 'Without it those issued and those revoked').optional(),
      issued_from: day.optional(),
      issued_to: day.optional(),
      q: said(z.string().max(255), 'Part of a name, an address or a reference id').optional(),
    }),
    success: { status: 200, description: 'A page of credentials', schema: pageOf('credentials', credential) },
    errors: [422],
  },
  {
    method: 'get',
    path: '/api/v1/credentials/{credential_id}',
    operationId: 'getCredential',
    tag: 'Credentials',
    summary: 'Extension: get a credential',
    permission: 'certificates:view',
    success: { status: 200, description: 'The credential', schema: credentialDetail },
    errors: [404],
  },
  {
    method: 'post',
    path: '/api/v1/credentials/{credential_id}/revoke',
    operationId: 'revokeCredential',
    tag: 'Credentials',
    summary: 'Extension: revoke a credential; of several reasons the first one stays',
    permission: 'certificates:revoke',
    body: {
      'application/json': z.object({
        reason: said(z.string().min(1).max(500), 'One line, shown to everyone who looks the credential up'),
      }),
    },
    success: { status: 200, description: 'The revoked credential', schema: credentialDetail },
    errors: [400, 404, 409, 413, 415, 422],
    isKeyed: false,
  },
  {
    method: 'get',
    path: '/api/v1/credentials/{credential_id}/verify',
    operationId: 'verifyCredential',
    tag: 'Credentials',
    summary: 'Extension: check a credential at this moment',
    permission: 'certificates:view',
    success: { status: 200, description: 'What every check found', schema: verification },
    errors: [404, 409],
  },
];

export const operations: Operation[] = [issueOperation, ...jobs, ...templates, ...credentials];
