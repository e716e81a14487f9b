/** Templates over our own API. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { createOnce } from '../http/create-once.ts';
import { createTemplate } from '../usecases/templates/create-template.ts';
import { getTemplate, listTemplates } from '../usecases/templates/get-template.ts';
import { readRange } from './wire.ts';

/** A template with its artwork. */
const bodyLimit = 40 * 2 ** 20;

interface WithId {
  Params: { id: string };
}

export function registerTemplates(server: FastifyInstance, app: App): void {
  server.get('/templates', async (request) => {
    const { templates, total } = await listTemplates(app, request.actor, readRange(request.query));
    return {
      templates: templates.map(({ id, name, version, createdAt, language, fields }) => ({
        id,
        name,
        version,
        createdAt,
        language,
        fields,
      })),
      total,
    };
  });
  server.get<WithId>('/templates/:id', async (request) => {
    const { id, versionId, version, content } = await getTemplate(app, request.actor, request.params.id);
    return { id, versionId, version, content };
  });
  server.post('/templates', { bodyLimit }, (request, reply) =>
    createOnce(app, request, reply, {
      create: (actor) => createTemplate(app, actor, { content: request.body }),
      answer: (made) => made,
    }),
  );
  server.post<WithId>('/templates/:id/versions', { bodyLimit }, (request, reply) =>
    createOnce(app, request, reply, {
      create: (actor) => createTemplate(app, actor, { content: request.body, templateId: request.params.id }),
      answer: (made) => made,
    }),
  );
}
