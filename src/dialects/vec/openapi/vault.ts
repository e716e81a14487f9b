/** The certificate vault's calls and objects. */

import { z } from 'zod';
import type { Operation } from '../../../http/openapi/operation.ts';
import { file, paging, search } from './operation.ts';
import { dataOf, errors, pageOf } from './pages.ts';
import { certificateStatuses, day, integer, said, timestamp, url, uuid } from './schemas.ts';

const fields = {
  id: said(z.int().positive(), 'Number of the vault certificate', 12),
  uuid: said(uuid, 'Unique identifier; also of the public page'),
  reference_id: said(z.string(), 'Public verification key', 'VEC-IC-202567DAE48425BAD'),
  certificate_title: said(z.string(), 'Title of the certificate', 'Diploma in Design'),
  full_name: said(z.string(), 'Recipient’s name'),
  applicant_email: said(z.string(), 'Recipient’s e-mail address'),
  source: z.object({ value: z.enum(['customer', 'vault']), label: z.string() }).meta({ id: 'VaultSource' }),
  status: z
    .object({
      value: z.enum(certificateStatuses),
      label: z.string(),
      color: z.string(),
      icon: z.string(),
      description: z.string(),
    })
    .meta({ id: 'VaultStatus' }),
  issue_date: said(day.nullable(), 'Day of issue'),
  created_at: timestamp,
  updated_at: timestamp,
};

const certificate = z.object(fields).meta({ id: 'VaultCertificate' });

const detail = z
  .object({
    ...fields,
    details: z.string().nullable(),
    batch_id: said(uuid, 'Extension: batch of the upload'),
    qrcode_path: url.nullable(),
    barcode_path: url.nullable(),
    applicant_phone_number: z.null(),
    institution_name: z.string(),
    institution_email: z.string(),
    institution_phone_number: z.null(),
    institution_address: z.null(),
    contact_person: z.null(),
    social_links: z.object({}),
    coordinates: z.object({ latitude: z.null(), longitude: z.null() }),
    verification_notes: z.null(),
    rejection_reason: said(z.string().nullable(), 'Why it failed or was revoked'),
    verified_at: timestamp.nullable(),
    assigned_at: said(timestamp.nullable(), 'When it was assigned to a user of the institution with this address'),
    verification_url: said(url.nullable(), 'Extension: the public page'),
    original_file: said(
      z.object({ name: z.string(), mime_type: z.string(), size: integer, pages: integer, sha256: z.string() }),
      'Extension: the file as it was handed in',
    ),
    documents: z.array(z.object({ id: integer, type: z.literal('verified_pdf'), path: url, url })),
  })
  .meta({ id: 'VaultCertificateDetail' });

const entry = {
  certificate_title: said(z.string().max(255), 'Title of the certificate'),
  full_name: said(z.string().max(200), 'Recipient’s name'),
  applicant_email: said(z.string().max(255), 'Recipient’s e-mail address'),
  issue_date: said(day, 'Day of issue; default today').optional(),
  details: said(z.string().max(1_000), 'Anything else to say').optional(),
};
const uploaded = 'PDF, JPG or PNG of at most 20480 kilobytes';
const tag = 'Certificate vault';
const created = <T extends z.ZodType>(data: T) => z.object({ message: z.string(), data });
const path = '/business/certificate-vault';

export const vaultOperations: Operation[] = [
  {
    method: 'get',
    path,
    operationId: 'listVaultCertificates',
    tag,
    summary: 'List vault certificates, newest first',
    permission: 'certificate-vault:list',
    query: z.object({
      ...paging,
      search: search('a reference id, a title, a name or an e-mail address'),
      status: z.enum(certificateStatuses).optional(),
      applicant_email: said(z.string(), 'The whole address').optional(),
    }),
    success: { status: 200, description: 'A page of vault certificates', schema: pageOf(certificate) },
    errors: [422],
  },
  {
    method: 'post',
    path,
    operationId: 'createVaultCertificate',
    tag,
    summary: 'Upload a certificate',
    permission: 'certificate-vault:create',
    body: { 'multipart/form-data': z.object({ ...entry, certificate_file: file('application/pdf', uploaded) }) },
    success: { status: 201, description: 'Certificate created', schema: created(detail) },
    errors: [409, 413, 415, 422],
  },
  {
    method: 'get',
    path: `${path}/{certificateApplication}`,
    operationId: 'getVaultCertificate',
    tag,
    summary: 'Get a vault certificate, by its UUID or its number',
    permission: 'certificate-vault:view',
    success: { status: 200, description: 'The certificate', schema: dataOf(detail) },
    errors: [404],
  },
  {
    method: 'post',
    path: `${path}/upload-file`,
    operationId: 'uploadVaultFile',
    tag,
    summary: 'Upload a file for a bulk upload; it is kept for a day',
    permission: 'certificate-vault:create',
    body: { 'multipart/form-data': z.object({ file: file('application/pdf', uploaded) }) },
    success: {
      status: 201,
      description: 'File uploaded',
      schema: created(z.object({ file_id: uuid, file_name: z.string(), mime_type: z.string(), size: integer })),
    },
    errors: [409, 413, 415, 422],
  },
  {
    method: 'post',
    path: `${path}/bulk`,
    operationId: 'createVaultBulk',
    tag,
    summary: 'Make certificates of uploaded files',
    permission: 'certificate-vault:create',
    body: {
      'application/json': z.object({
        entries: z
          .array(z.object({ ...entry, file_id: uuid }))
          .min(1)
          .max(1_000),
      }),
    },
    success: {
      status: 202,
      description: 'Queued for processing',
      schema: created(z.object({ batch_id: uuid, total: integer, status: z.literal('processing') })),
    },
    errors: [409, 413, 415],
    otherErrors: {
      422: z.union([
        errors[422],
        z.object({ message: z.literal('Some file_ids could not be resolved'), errors: z.array(z.string()).min(1) }),
      ]),
    },
  },
  {
    method: 'post',
    path: `${path}/{certificateApplication}/retry`,
    operationId: 'retryVaultCertificate',
    tag,
    summary: 'Make a failed vault certificate again',
    permission: 'certificate-vault:update',
    success: { status: 200, description: 'Retry initiated', schema: created(detail) },
    errors: [404, 409, 415, 422],
  },
  {
    method: 'get',
    path: `${path}/{certificateApplication}/download`,
    operationId: 'downloadVaultCertificate',
    tag,
    summary: 'Download the verified PDF',
    permission: 'certificate-vault:download',
    success: { status: 200, description: 'The document', type: 'application/pdf' },
    errors: [404],
  },
];
