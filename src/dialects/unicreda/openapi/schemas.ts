/** UniCreda's objects as schemas: what the OpenAPI document says and what every answer of the tests is checked against. */

import { z } from 'zod';
import { credentialStatuses } from '../credential-wire.ts';
import { pageSizes } from '../paging.ts';

/** Descriptions are sentences without a full stop. */
export const said = <T extends z.ZodType>(schema: T, description: string, example?: unknown): T =>
  schema.meta({ description, ...(example !== undefined && { examples: [example] }) }) as T;

export const uuid = z.uuid();
export const url = z.url();
export const integer = z.int().nonnegative();
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .meta({ format: 'date-time', examples: ['2026-03-14T13:02:19Z'] });
export const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .meta({ format: 'date' });
const email = said(z.string(), 'E-mail address of the recipient', 'maria@universidad.edu');

const pagination = z
  .object({ page: z.int().min(1), per_page: z.int().min(1).max(pageSizes.most), total: integer, total_pages: integer })
  .meta({ id: 'Pagination' });

export const pageOf = <T extends z.ZodType>(name: string, entry: T) => z.object({ [name]: z.array(entry), pagination });

const evidence = z
  .object({ name: z.string(), url: z.string(), description: z.string().optional() })
  .meta({ id: 'Evidence' });

/** A value of a recipient's entry. */
export const fieldValue = z.union([z.string(), z.number(), z.array(evidence)]);

const field = z
  .object({
    name: said(z.string(), 'The key of a recipient', 'result_value'),
    type: z.enum(['string', 'number', 'date', 'array']),
    required: z.boolean(),
    label: z.string(),
    allowed_values: said(z.array(z.string()).optional(), 'In the order of the template'),
    min: z.union([z.number(), z.string()]).optional(),
    max: z.union([z.number(), z.string()]).optional(),
    min_length: integer.optional(),
    max_length: integer.optional(),
    format: z.enum(['YYYY-MM-DD', 'email', 'uri']).optional(),
  })
  .meta({ id: 'TemplateField' });

const resultDescription = z
  .object({
    name: z.string(),
    result_type: said(z.string(), 'ResultType of Open Badges 3.0', 'LetterGrade'),
    allowed_values: z.array(z.string()).nullable(),
    value_min: z.string().nullable(),
    value_max: z.string().nullable(),
  })
  .meta({ id: 'ResultDescription' });

export const template = z
  .object({
    id: uuid,
    name: z.string(),
    description: z.string(),
    achievement_type: said(z.string(), 'AchievementType of Open Badges 3.0', 'Degree'),
    image_url: said(url.nullable(), 'A picture filled with sample values'),
    is_active: z.boolean(),
    required_fields: z.array(z.string()),
    optional_fields: z.array(z.string()),
    fields: z.array(field),
    result_description: said(resultDescription.nullable(), 'Null where the template has no result'),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Template' });

const credentialFields = {
  credential_id: uuid,
  status: z.enum(credentialStatuses),
  email,
  recipient_name: z.string(),
  template_id: uuid,
  job_id: said(uuid, 'The job it was issued in; one recipient alone has one too'),
  reference_id: said(z.string(), 'Printed on the document', 'VEC-IC-20260A1B2C3D4E5F6'),
  internal: said(z.boolean(), 'Whether it is linked to the wallet of a member'),
  credential_url: said(url.nullable(), 'Its public page; null until it is issued'),
  pdf_url: url.nullable(),
  json_url: said(url.nullable(), 'The Open Badge'),
  issue_date: day,
  expiry_date: day.nullable(),
  issued_at: time.nullable(),
  revoked_at: time.nullable(),
  revocation_reason: z.string().nullable(),
};

export const credential = z.object(credentialFields).meta({ id: 'Credential' });

export const credentialDetail = z
  .object({
    ...credentialFields,
    recipient: said(
      z.record(z.string(), fieldValue),
      'All that was said of the recipient, under the names of the issuing call',
    ),
  })
  .meta({ id: 'CredentialDetail' });

export const verification = z
  .object({
    credential_id: uuid,
    valid: said(z.boolean(), 'Whether every check passed'),
    status: z.enum(['valid', 'revoked', 'expired', 'not_yet_issued', 'specimen', 'invalid']),
    checks: z.object({
      proof: said(z.boolean(), 'Its signature fits every byte of it'),
      key: said(z.boolean(), 'The key is one of the organization'),
      status_list: said(z.boolean(), 'The signed status list says the same as the register'),
      not_revoked: z.boolean(),
      not_expired: z.boolean(),
      in_force: said(z.boolean(), 'Its issue date has come'),
    }),
    issuer: z.object({ id: said(z.string().nullable(), 'DID'), name: z.string(), url }),
    recipient_name: z.string(),
    reference_id: z.string(),
    issued_at: time.nullable(),
    issue_date: day,
    expiry_date: day.nullable(),
    revoked_at: time.nullable(),
    revocation_reason: z.string().nullable(),
    checked_at: time,
  })
  .meta({ id: 'Verification' });
