/** The templates of this door: list and get. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { getTemplate, listTemplates } from '../../usecases/templates/get-template.ts';
import { paginationWire, rangeOf, readPaging } from './paging.ts';
import { readQuery } from './query.ts';
import { templateWire } from './template-wire.ts';

export function registerTemplates(server: FastifyInstance, app: App): void {
  server.get('/templates', async (request) => {
    const paging = readPaging(request.query as Record<string, unknown>);
    const wanted = readQuery(request.query as Record<string, unknown>);
    const search = wanted.text('q');
    wanted.refuseFaults();
    const { templates, total } = await listTemplates(app, request.actor, { search, ...rangeOf(paging) });
    return {
      templates: templates.map((template) => templateWire(app, template)),
      pagination: paginationWire(paging, total),
    };
  });

  server.get<{ Params: { id: string } }>('/templates/:id', async (request) =>
    templateWire(app, await getTemplate(app, request.actor, request.params.id)),
  );
}
