/** VEC's objects as schemas: what the OpenAPI document says and what every answer of the tests is checked against. */

import { z } from 'zod';

/** Descriptions are sentences without a full stop, as VEC's reference has them. */
const said = <T extends z.ZodType>(schema: T, description: string, example?: unknown): T =>
  schema.meta({ description, ...(example !== undefined && { examples: [example] }) }) as T;

const uuid = z.uuid();
const url = z.url();
const integer = z.int().nonnegative();
/** Microseconds, which are zero. */
const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  .meta({ format: 'date-time', examples: ['2025-03-14T13:02:19.000000Z'] });
const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .meta({ format: 'date' });

export const batchStatuses = [
  'pending',
  'processing',
  'completed',
  'partially_completed',
  'failed',
  'waiting_for_approval',
] as const;
export const certificateStatuses = ['pending', 'processing', 'generated', 'failed', 'revoked'] as const;

const batchFields = {
  id: said(uuid, 'Unique identifier for the batch', '9e7860e3-7c0a-401f-98f6-b98e316934f4'),
  name: said(z.string(), 'Name of the batch', 'Class 10th, 2024'),
  status: said(z.enum(batchStatuses), 'Current status of the batch'),
  template_id: said(uuid, 'ID of the certificate template used'),
  total_certificates: said(integer, 'Total number of certificates in the batch', 50),
  processed_certificates: said(integer, 'Number of successfully processed certificates', 25),
  failed_certificates: said(integer, 'Number of failed certificates', 0),
  progress: said(z.number().min(0).max(100), 'Progress percentage; failed certificates count as done', 50),
  completion_date: said(timestamp.nullable(), 'When the batch was completed'),
  created_at: said(timestamp, 'Creation timestamp'),
  updated_at: said(timestamp, 'Last update timestamp'),
};

export const batch = z.object(batchFields).meta({ id: 'Batch' });

const templateUser = z
  .object({
    id: integer,
    uuid,
    first_name: z.string(),
    last_name: z.string(),
    email: z.string(),
    signatory_name: z.string().nullable(),
    signatory_designation: z.string().nullable(),
  })
  .meta({ id: 'TemplateUser' });

const defaultSignatory = z
  .object({
    id: integer,
    signatory_index: said(z.int().min(1), 'Place of the signature, counted from 1'),
    institution_user_id: said(integer, 'Number of the institution user who signs'),
    display_name: z.string().nullable(),
    designation: z.string().nullable(),
    auto_approve: said(z.boolean(), 'Whether this signature needs nobody’s approval'),
    user: templateUser,
  })
  .meta({ id: 'DefaultSignatory' });

const institution = z
  .object({
    id: integer,
    name: z.string(),
    logo: url.nullable(),
    is_verified: z.boolean(),
    status: z.enum(['active', 'suspended', 'pending']),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Institution' });

export const template = z
  .object({
    id: said(uuid, 'Unique identifier for the template'),
    institution_id: said(integer, 'ID of the institution that owns this template'),
    name: said(z.string(), 'Name of the template', 'Certificate 2'),
    screenshot: said(url.nullable(), 'Address of the template’s picture'),
    has_signatures: said(z.boolean(), 'Whether this template has signatory fields'),
    has_default_signatories: said(z.boolean(), 'Whether this template has default signatories configured'),
    requires_signature_setup: said(
      z.boolean(),
      'True when the template has signatory fields and no default signatories: they must be named when a batch is created',
    ),
    signatory_fields: said(z.array(z.string()), 'Signatory fields of the template'),
    default_signatories: said(
      z.array(defaultSignatory).optional(),
      'Only present when has_default_signatories is true',
    ),
    institution: institution.optional(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'CertificateTemplate' });

export const batchDetail = z
  .object({
    ...batchFields,
    template,
    requires_signatures: said(z.boolean(), 'Whether this batch requires signatures'),
    requires_my_signature: said(z.boolean(), 'Whether this batch waits for the signature of the token’s user'),
  })
  .meta({ id: 'BatchDetail' });

const { status, total_certificates, processed_certificates, failed_certificates, progress } = batchFields;
export const batchStatus = z
  .object({ status, total_certificates, processed_certificates, failed_certificates, progress })
  .meta({ id: 'BatchStatus' });

const signature = z
  .object({
    signatory_index: said(z.int().min(1), 'Place of the signature, counted from 1'),
    name: z.string(),
    designation: z.string(),
    approved_at: said(
      timestamp.nullable(),
      'When the signatory approved; null while it is waited for, and of a certificate that failed',
    ),
  })
  .meta({ id: 'CertificateSignature' });

export const certificate = z
  .object({
    id: said(uuid, 'Unique identifier for the certificate'),
    reference_id: said(z.string(), 'Public verification key', 'VEC-IC-202567DAE48425BAD'),
    batch_id: uuid,
    customer_id: said(integer.nullable(), 'Number of the recipient’s account, if there is one'),
    name: said(z.string(), 'Recipient’s name'),
    email: said(z.string(), 'Recipient’s e-mail address'),
    pdf_path: said(url.nullable(), 'Address of the PDF; null until generated'),
    image_path: said(url.nullable(), 'Address of the picture (PNG); null until generated'),
    qrcode_path: said(url.nullable(), 'Address of the QR code (SVG); null until generated'),
    barcode_path: said(url.nullable(), 'Address of the barcode (SVG); null until generated'),
    status: z.enum(certificateStatuses),
    issue_date: said(timestamp, 'Midnight of the day of issue', '2025-03-29T00:00:00.000000Z'),
    generated_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
    signatures: said(z.array(signature).optional(), 'Only of certificates that people sign'),
  })
  .meta({ id: 'Certificate' });

const verification = z.enum(['verified', 'unverified']);
export const user = z
  .object({
    uuid,
    institution_id: integer,
    first_name: z.string(),
    last_name: z.string(),
    email: z.string(),
    email_verification_status: verification,
    email_verified_at: timestamp.nullable(),
    phone: z.string().nullable(),
    phone_verification_status: verification,
    phone_verified_at: timestamp.nullable(),
    role: z.enum(['owner', 'admin', 'member']),
    is_archived: z.boolean(),
    has_signature: z.boolean(),
    signature: url.nullable(),
    signature_added_at: timestamp.nullable(),
    signatory_name: z.string().nullable(),
    signatory_designation: z.string().nullable(),
    avatar: url,
    setup_status: z.enum(['pending', 'completed']),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'InstitutionUser' });

export { day, integer, said, timestamp, url, uuid };
