/** A job in its five statuses as schemas. */

import { z } from 'zod';
import { integer, said, url, uuid } from './schemas.ts';

const row = said(z.int().min(1), 'Place in `recipients`, from 1');

export const jobError = z
  .object({ row, email: z.string(), error: said(z.string(), 'All that is wrong with the row, joined by "; "') })
  .meta({ id: 'JobError' });

const jobCredential = z
  .object({ row, email: z.string(), credential_id: uuid, credential_url: url.nullable() })
  .meta({ id: 'JobCredential' });

const result = z
  .object({
    total: integer,
    successful: integer,
    failed: integer,
    errors: said(z.array(jobError).max(10_000), 'The first of them; all by /jobs/{job_id}/errors'),
    emails_sent: integer,
    emails_failed: said(integer, 'Not sent, for good or so far'),
    internal_count: said(integer, 'Issued to members of the organization'),
    external_count: integer,
    credentials: said(
      z.array(jobCredential).max(10_000),
      'Extension: the first of those issued; all by /credentials?job_id=',
    ),
    errors_truncated: z.literal(true).optional(),
    credentials_truncated: z.literal(true).optional(),
  })
  .meta({ id: 'JobResult' });

const progress = z.object({
  current: said(integer, 'Rows that are done'),
  total: integer,
  status: said(z.string(), 'What goes on', 'Procesando fila 25 de 50'),
});

const job = (status: string, more: Record<string, z.ZodType> = {}) =>
  z.object({ job_id: uuid, status: z.literal(status), ...more }).meta({ id: `Job${status}` });

export const anyJob = z
  .union([
    job('PENDING'),
    job('STARTED'),
    job('PROGRESS', { progress }),
    job('SUCCESS', { result }),
    job('FAILURE', { error: z.string() }),
  ])
  .meta({ id: 'Job' });
