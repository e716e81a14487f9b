/** `dry_run` and `duplicates` of a hand-in: extensions, and what the former answers. */

import { z } from 'zod';
import { integer, said, uuid } from './schemas.ts';

export const rehearsalQuery = z.object({
  dry_run: said(
    z.enum(['true', 'false']).optional(),
    'Extension: judge everything, store nothing; also as a field of the form',
  ),
  duplicates: said(
    z.enum(['allow', 'skip', 'deny']).default('allow').optional(),
    'Extension: what becomes of rows that repeat another one, of this file or of the template; also as a field of the form',
  ),
});

export const rehearsal = z.object({
  dry_run: z.literal(true),
  would_be_accepted: z.boolean(),
  refusals: z.array(z.enum(['balance', 'csv_file'])),
  total_certificates: integer,
  valid_certificates: integer,
  failed_certificates: integer,
  duplicate_certificates: integer,
  failed_rows: said(
    z.array(
      z.object({
        row: integer,
        column: z.string(),
        value: z.string().nullable(),
        code: z.string(),
        message: z.string(),
      }),
    ),
    'Of at most 1,000 rows',
  ),
  duplicate_rows: said(z.array(z.object({ row: integer, repeats: z.string() })), 'At most 1,000'),
  ignored_columns: z.array(z.string()),
  credits_needed: integer,
  credits_available: integer,
  signatories: z.array(
    z.object({
      index: integer,
      user_uuid: uuid,
      signatory_name: z.string(),
      signatory_designation: z.string(),
      auto_approve: z.boolean(),
    }),
  ),
});
