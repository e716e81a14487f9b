/** The issuing call: what a client sends, and the three answers it may get. */

import { z } from 'zod';
import type { Operation } from '../../../http/openapi/operation.ts';
import { day, fieldValue, integer, said, url, uuid } from './schemas.ts';

const recipient = z
  .object({
    email: said(z.string(), 'Always required', 'estudiante@ejemplo.com'),
    recipient_name: z.string().optional(),
    result_value: z.string().optional(),
    credits_earned: z.number().optional(),
    evidence: z.array(z.object({ name: z.string(), url, description: z.string().optional() })).optional(),
    role: z.string().optional(),
    license_number: z.string().optional(),
    term: z.string().optional(),
    activity_start_date: day.optional(),
    activity_end_date: day.optional(),
    issue_date: said(day.optional(), 'Extension'),
    expiry_date: said(day.optional(), 'Extension'),
  })
  .catchall(fieldValue)
  .meta({
    id: 'Recipient',
    description: 'Which fields are required says the template; further keys are fields of the template',
  });

const issued = z.object({ email: z.string(), status: z.literal('issued'), credential_id: uuid, credential_url: url });
const refused = z.object({
  email: z.string(),
  status: z.literal('error'),
  errors: said(z.array(z.string()).min(1), 'Everything that is wrong'),
});

const sync = z
  .object({ mode: z.literal('sync'), credentials: z.array(z.union([issued, refused])).length(1) })
  .meta({ id: 'IssuedAtOnce' });

const job = z
  .object({
    mode: z.literal('async'),
    job_id: uuid,
    message: said(z.string(), 'English', 'Issuing 50 credentials in background. Poll GET /api/v1/jobs/… for status.'),
  })
  .meta({ id: 'IssuedAsJob' });

const rehearsed = z
  .object({
    mode: z.literal('dry_run'),
    would_be_accepted: z.boolean(),
    total: integer,
    successful: integer,
    failed: integer,
    duplicates: integer,
    errors: said(
      z.array(z.object({ row: z.int().min(1), email: z.string(), error: z.string() })),
      'Of at most 1,000 rows',
    ),
    duplicate_rows: said(z.array(z.object({ row: integer, repeats: z.string() })), 'At most 1,000'),
    credits: z.object({ needed: integer, available: integer }),
  })
  .meta({ id: 'Rehearsal' });

export const issueOperation: Operation = {
  method: 'post',
  path: '/api/v1/credentials/issue',
  operationId: 'issueCredentials',
  tag: 'Credentials',
  summary: 'Issue credentials: one recipient at once, two or more as a job',
  permission: 'batches:create',
  query: z.object({
    dry_run: said(z.enum(['true', 'false']).optional(), 'Extension: judge everything, store nothing'),
    duplicates: said(
      z.enum(['allow', 'skip', 'deny']).default('allow').optional(),
      'Extension: what becomes of recipients that repeat another one, of this call or of the template',
    ),
  }),
  body: {
    'application/json': z.object({
      template_id: uuid,
      recipients: z.array(recipient).min(1),
      name: said(z.string().min(1).max(255).optional(), 'Extension: name of the batch that is made of them'),
    }),
  },
  success: {
    status: 200,
    description: 'The credential or what is wrong with its recipient; a job; or, with dry_run, what would happen',
    schema: z.union([sync, job, rehearsed]),
  },
  errors: [400, 402, 404, 409, 413, 415, 422],
};
