/** VEC's certificate vault: upload one or many, list, get, retry, download. */

import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { createOnce } from '../../http/create-once.ts';
import { readForm } from '../../http/read-form.ts';
import { readDocument } from '../../usecases/documents/read-document.ts';
import { createVaultBatch } from '../../usecases/vault/create-vault-batch.ts';
import { createVaultCertificate } from '../../usecases/vault/create-vault-certificate.ts';
import {
  findVaultDocument,
  getVaultCertificate,
  listVaultCertificates,
} from '../../usecases/vault/get-vault-certificate.ts';
import { retryVaultCertificate } from '../../usecases/vault/retry-vault-certificate.ts';
import { largestVaultFileKb, uploadVaultFile } from '../../usecases/vault/upload-vault-file.ts';
import { readListQuery } from './list-query.ts';
import { certificateStatuses } from './openapi/schemas.ts';
import { pageWire, readPaging } from './paging.ts';
import { readFileForm, readVaultEntries, readVaultForm, vaultSentences } from './vault-form.ts';
import { vaultDetailWire, vaultStatus, vaultWire } from './vault-wire.ts';
import { statusesBehind } from './wire.ts';

interface WithId {
  Params: { id: string };
}

const base = '/certificate-vault';
/** A thousand entries with a thousand letters each, in whatever script. */
const bulkBodyLimit = 8 * 2 ** 20;

export function registerVault(server: FastifyInstance, app: App): void {
  registerReading(server, app);
  registerUploads(server, app);
  server.post<WithId>(`${base}/:id/retry`, (request, reply) =>
    createOnce(app, request, reply, {
      status: 200,
      create: (actor) => retryVaultCertificate(app, actor, request.params.id).catch(inSentences),
      answer: async (id) => ({ message: 'Vault certificate retry initiated', data: await detail(app, request, id) }),
    }),
  );
}

function registerReading(server: FastifyInstance, app: App): void {
  server.get(base, async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const wanted = readListQuery(query);
    const [search, email] = [wanted.text('search'), wanted.text('applicant_email')];
    const status = wanted.choice('status', certificateStatuses);
    wanted.refuseFaults();
    const { certificates, total } = await listVaultCertificates(app, request.actor, {
      search,
      email,
      statuses: statusesBehind(vaultStatus, status),
      limit: paging.perPage,
      offset: (paging.page - 1) * paging.perPage,
    });
    return pageWire(certificates.map(vaultWire), total, paging, `${app.publicUrl}/business${base}`, query);
  });

  server.get<WithId>(`${base}/:id`, async (request) => ({
    data: vaultDetailWire(await getVaultCertificate(app, request.actor, request.params.id), app.publicUrl),
  }));

  server.get<WithId>(`${base}/:id/download`, async (request, reply) => {
    const item = await findVaultDocument(app, request.actor, request.params.id);
    return reply
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="${item.referenceId}.pdf"`)
      .send(await readDocument(app, item));
  });
}

function registerUploads(server: FastifyInstance, app: App): void {
  // Asked here too, so that nobody uploads a file for nothing.
  const mayCreate = async (request: FastifyRequest) => requirePermission(request.actor, 'certificate-vault:create');
  const form = (request: FastifyRequest) =>
    readForm(request, join(app.config.dataDirectory, 'uploads'), { maxFileBytes: largestVaultFileKb * 1_024 });

  server.post(base, { onRequest: mayCreate }, async (request, reply) => {
    await using sent = await form(request);
    const { entry, file } = readVaultForm(sent);
    return await createOnce(app, request, reply, {
      form: sent,
      create: (actor) => createVaultCertificate(app, actor, entry, file).catch(inSentences),
      answer: async ({ itemIds: [id] }) => ({
        message: 'Vault certificate created successfully',
        data: await detail(app, request, id as string),
      }),
    });
  });

  server.post(`${base}/upload-file`, { onRequest: mayCreate }, async (request, reply) => {
    await using sent = await form(request);
    const file = readFileForm(sent);
    return await createOnce(app, request, reply, {
      form: sent,
      create: (actor) => uploadVaultFile(app, actor, file, 'file').catch(inSentences),
      answer: ({ id, name, mediaType, size }) => ({
        message: 'File uploaded successfully',
        data: { file_id: id, file_name: name, mime_type: mediaType, size },
      }),
    });
  });

  server.post(`${base}/bulk`, { onRequest: mayCreate, bodyLimit: bulkBodyLimit }, async (request, reply) => {
    const entries = readVaultEntries(request.body);
    try {
      return await createOnce(app, request, reply, {
        status: 202,
        create: (actor) => createVaultBatch(app, actor, entries, 'bulk_upload'),
        answer: ({ batchId, itemIds }) => ({
          message: 'Bulk vault upload queued for processing',
          data: { batch_id: batchId, total: itemIds.length, status: 'processing' },
        }),
      });
    } catch (error) {
      return unresolved(error, reply) ?? inSentences(error);
    }
  });
}

/** VEC's other 422, whose errors are a list. */
function unresolved(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  const errors = error instanceof ChanceryError ? error.details.unresolved : undefined;
  return errors ? reply.code(422).send({ message: 'Some file_ids could not be resolved', errors }) : undefined;
}

function inSentences(error: unknown): never {
  if (!(error instanceof ChanceryError)) throw error;
  if (error.code === 'illegal_transition')
    throw invalidInput(error.message, [{ path: 'status', code: 'invalid', params: { sentence: error.message } }]);
  throw error.code === 'invalid_input' ? invalidInput(error.message, vaultSentences(error.issues)) : error;
}

/** Whoever made it may see it. */
async function detail(app: App, { actor }: FastifyRequest, id: string) {
  return vaultDetailWire(await getVaultCertificate(app, { ...actor, scopes: ['*'] }, id), app.publicUrl);
}
