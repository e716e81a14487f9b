/** VEC's certificate templates: list and get. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { describeTemplate } from '../../usecases/templates/describe-template.ts';
import { getTemplate, listTemplates } from '../../usecases/templates/get-template.ts';
import { pageWire, readPaging } from './paging.ts';
import { templateWire } from './template-wire.ts';

export function registerTemplates(server: FastifyInstance, app: App): void {
  server.get('/certificate-templates', async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const templates = await listTemplates(app, request.actor);
    const { organizationNumber, defaultsOf } = await describeTemplate(app, request.actor);
    const from = (paging.page - 1) * paging.perPage;
    const data = templates
      .slice(from, from + paging.perPage)
      .map((template) => templateWire(template, defaultsOf(template.id), organizationNumber));
    return pageWire(data, templates.length, paging, `${app.publicUrl}/business/certificate-templates`, query);
  });

  server.get<{ Params: { id: string } }>('/certificate-templates/:id', async (request) => {
    const template = await getTemplate(app, request.actor, request.params.id);
    const { organizationNumber, defaultsOf } = await describeTemplate(app, request.actor);
    return { data: templateWire(template, defaultsOf(template.id), organizationNumber) };
  });
}
