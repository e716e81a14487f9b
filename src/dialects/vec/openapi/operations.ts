/** The calls of the VEC door, one entry each: what goes in, what comes out, which permission it needs. */

import { z } from 'zod';
import type { Operation } from '../../../http/openapi/operation.ts';
import { file, paging, search, sort, sortOrder } from './operation.ts';
import { dataOf, pageOf } from './pages.ts';
import { rehearsal, rehearsalQuery } from './rehearsal.ts';
import {
  batch,
  batchDetail,
  batchStatus,
  batchStatuses,
  certificate,
  certificateStatuses,
  day,
  integer,
  said,
  template,
  uuid,
} from './schemas.ts';
import { userOperations } from './users.ts';
import { vaultOperations } from './vault.ts';

const batches: Operation[] = [
  {
    method: 'get',
    path: '/business/batches',
    operationId: 'listBatches',
    tag: 'Batches',
    summary: 'List batches, newest first',
    permission: 'batches:list',
    query: z.object({ ...paging, status: z.enum(batchStatuses).optional() }),
    success: { status: 200, description: 'A page of batches', schema: pageOf(batch) },
    errors: [422],
  },
  {
    method: 'post',
    path: '/business/batches',
    operationId: 'createBatch',
    tag: 'Batches',
    summary: 'Create a new batch',
    permission: 'batches:create',
    query: rehearsalQuery,
    body: { 'multipart/form-data': newBatchForm() },
    success: { status: 201, description: 'Batch created successfully', schema: dataOf(batchDetail) },
    rehearsal: dataOf(rehearsal),
    errors: [409, 413, 415, 422],
  },
  {
    method: 'get',
    path: '/business/batches/{batchId}',
    operationId: 'getBatch',
    tag: 'Batches',
    summary: 'Get a batch with its template',
    permission: 'batches:view',
    success: { status: 200, description: 'The batch', schema: dataOf(batchDetail) },
    errors: [404],
  },
  {
    method: 'get',
    path: '/business/batches/{batchId}/status',
    operationId: 'getBatchStatus',
    tag: 'Batches',
    summary: 'Get the status of a batch',
    permission: 'batches:view',
    success: { status: 200, description: 'Status and figures, without an envelope', schema: batchStatus },
    errors: [404],
  },
];

function newBatchForm() {
  const signatory = z.object({
    user_uuid: said(
      z.string(),
      'UUID or number of the institution user; also as institution_user_uuid, user_id, institution_user_id',
    ),
    index: said(z.int().min(1), 'Place of the signature, from 1 without gaps; also as signatory_index'),
  });
  return z.object({
    name: said(z.string().max(255), 'Name of the batch', 'Class 10th, 2024'),
    template_id: said(uuid, 'UUID of the certificate template to use'),
    csv_file: file(
      'text/csv',
      'Recipients. Required headers: RecipientsEmail, RecipientsName. Reserved: IssueDate, ExpiryDate (DD-MM-YYYY). Other columns fill the template’s fields by name',
    ),
    signatories: said(
      z.array(signatory).optional(),
      'As signatories[N][user_uuid] and signatories[N][index], or as JSON in one part. Required if the template has signatory fields and no default signatories',
    ),
    charset: said(z.string().optional(), 'Extension: encoding of the file where it is neither UTF-8 nor UTF-16'),
  });
}

const certificates: Operation[] = [
  {
    method: 'get',
    path: '/business/certificates',
    operationId: 'listCertificates',
    tag: 'Certificates',
    summary: 'List certificates, newest first',
    permission: 'certificates:list',
    query: z.object({
      ...paging,
      search: search('a name, an e-mail address or a reference id'),
      sort_field: sort(['name', 'email', 'status', 'issue_date', 'generated_at', 'created_at', 'updated_at']),
      sort_order: sortOrder,
      batch_id: uuid.optional(),
      customer_id: integer.optional(),
      status: z.enum(certificateStatuses).optional(),
      issue_date_from: day.optional(),
      issue_date_to: day.optional(),
      generated_at_from: day.optional(),
      generated_at_to: day.optional(),
    }),
    success: { status: 200, description: 'A page of certificates', schema: pageOf(certificate) },
    errors: [422],
  },
  {
    method: 'get',
    path: '/business/certificates/{certificateId}',
    operationId: 'getCertificate',
    tag: 'Certificates',
    summary: 'Get a certificate',
    permission: 'certificates:view',
    success: { status: 200, description: 'The certificate', schema: dataOf(certificate) },
    errors: [404],
  },
  {
    method: 'get',
    path: '/business/certificates/{certificateId}/download',
    operationId: 'downloadCertificate',
    tag: 'Certificates',
    summary: 'Download a certificate as PDF',
    permission: 'certificates:download',
    success: { status: 200, description: 'The document', type: 'application/pdf' },
    errors: [404],
  },
];

const templates: Operation[] = [
  {
    method: 'get',
    path: '/business/certificate-templates',
    operationId: 'listCertificateTemplates',
    tag: 'Certificate templates',
    summary: 'List certificate templates, newest first',
    permission: 'certificate-templates:list',
    query: z.object({ ...paging, search: search('a name') }),
    success: { status: 200, description: 'A page of templates', schema: pageOf(template) },
    errors: [422],
  },
  {
    method: 'get',
    path: '/business/certificate-templates/{templateId}',
    operationId: 'getCertificateTemplate',
    tag: 'Certificate templates',
    summary: 'Get a certificate template',
    permission: 'certificate-templates:view',
    success: { status: 200, description: 'The template', schema: dataOf(template) },
    errors: [404],
  },
];

export const operations: Operation[] = [
  ...batches,
  ...certificates,
  ...templates,
  ...userOperations,
  ...vaultOperations,
];
