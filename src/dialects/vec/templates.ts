/** VEC's certificate templates: list and get. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { describeTemplates } from '../../usecases/templates/describe-template.ts';
import { getTemplate, listTemplates } from '../../usecases/templates/get-template.ts';
import { readListQuery } from './list-query.ts';
import { pageWire, readPaging } from './paging.ts';
import { institutionWire, templateWire } from './template-wire.ts';

export function registerTemplates(server: FastifyInstance, app: App): void {
  server.get('/certificate-templates', async (request) => {
    const query = request.query as Record<string, unknown>;
    const paging = readPaging(query);
    const wanted = readListQuery(query);
    const search = wanted.text('search');
    wanted.refuseFaults();
    const offset = (paging.page - 1) * paging.perPage;
    const { templates, total } = await listTemplates(app, request.actor, { search, limit: paging.perPage, offset });
    const ids = templates.map(({ id }) => id);
    const surroundings = await describeTemplates(app, request.actor, ids);
    const data = templates.map((template) => templateWire(app, template, surroundings));
    return pageWire(data, total, paging, `${app.publicUrl}/business/certificate-templates`, query);
  });

  server.get<{ Params: { id: string } }>('/certificate-templates/:id', async (request) => {
    const template = await getTemplate(app, request.actor, request.params.id);
    const surroundings = await describeTemplates(app, request.actor, [template.id]);
    const { created_at, updated_at, ...own } = templateWire(app, template, surroundings);
    return { data: { ...own, institution: institutionWire(surroundings.organization), created_at, updated_at } };
  });
}
