/** MOLPRO's documents: a PDF in a multipart form, looked at before the answer, so that its pages are known. */

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { App } from '../../../app.ts';
import { requirePermission } from '../../../domain/permissions.ts';
import { invalidInput } from '../../../errors.ts';
import { type Form, readForm, type UploadedFile } from '../../../http/read-form.ts';
import { storeDocument } from '../../../usecases/mailings/store-document.ts';
import { sendXml } from '../wire.ts';
import { type Parameters, readParameters } from './parameters.ts';

export function registerDocuments(server: FastifyInstance, app: App): void {
  const folder = join(app.config.dataDirectory, 'uploads');
  server.post('/documents', async (request, reply) => {
    // Asked here too, so that nobody uploads a file for nothing.
    requirePermission(request.actor, 'mailings:create');
    await using form = await formOf(request.isMultipart(), () => readForm(request, folder));
    const parameters = readParameters(request, form.fields);
    const file = fileOf(form, parameters);
    const name = parameters.text('documentName') || file.filename;
    const terms = termsOf(parameters);
    const document = await storeDocument(app, request.actor, { name, terms, body: file });
    return await sendXml(reply, 201, [
      'document',
      [
        ['id', document.number],
        ['status', 0],
        ['description', 'Success'],
        ['pages', document.pages ?? 0],
      ],
    ]);
  });
}

/** Clients that give an address instead of a file send a form of another kind. */
async function formOf(isMultipart: boolean, read: () => Promise<Form>): Promise<Form> {
  if (isMultipart) return await read();
  return { fields: new Map(), files: new Map(), [Symbol.asyncDispose]: async () => {} };
}

function fileOf({ files }: Form, parameters: Parameters): UploadedFile {
  const format = parameters.text('documentFormat');
  if (format !== '' && !/^\.?pdf$/i.test(format))
    throw invalidInput('the format is not known', [
      { path: 'documentFormat', code: 'not_a_choice', params: { value: format.slice(0, 200), choices: ['PDF'] } },
    ]);
  const file = files.get('file') ?? [...files.values()][0];
  if (file) return file;
  if (parameters.text('url') !== '')
    throw invalidInput('this server fetches nothing from elsewhere; send the document itself, as file');
  throw invalidInput('there is no file; send it as "file" in a form of the type multipart/form-data');
}

function termsOf(parameters: Parameters): Record<string, string> {
  const names = ['documentClass', 'documentFormat'];
  return Object.fromEntries(names.map((name) => [name, parameters.text(name)]).filter(([, text]) => text !== ''));
}
