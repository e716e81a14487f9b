/** What carriers tell of pieces of mail, taken in over our own API. */

import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { requirePermission } from '../domain/permissions.ts';
import { receiveBody } from '../http/receive-body.ts';
import { type EventFormat, eventSource } from '../usecases/mail-events/event-source.ts';
import { importMailEvents } from '../usecases/mail-events/import-mail-events.ts';
import { importedWire } from './mail-wire.ts';

const formats: [RegExp, EventFormat][] = [
  [/^application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines|json-seq)\s*(?:;|$)/i, 'ndjson'],
  [/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i, 'json'],
  [/^text\/(?:csv|tab-separated-values)\s*(?:;|$)/i, 'csv'],
];

/** `server` is a scope of this route alone: bodies of any size are left to it unread. */
export function registerMailEvents(server: FastifyInstance, app: App): void {
  server.removeAllContentTypeParsers();
  for (const [type] of formats) server.addContentTypeParser(type, (_, __, done) => done(null));
  const folder = join(app.config.dataDirectory, 'uploads');
  // Asked here too, so that nobody sends a file for nothing.
  const mayTrack = async (request: FastifyRequest) => requirePermission(request.actor, 'mailings:track');
  server.post('/mail-pieces/events', { onRequest: mayTrack }, async (request) => {
    const type = request.headers['content-type'] ?? '';
    const format = formats.find(([pattern]) => pattern.test(type))?.[1] ?? 'json';
    const charset = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1];
    await using received = await receiveBody(request, folder, app.config.MAX_UPLOAD_MB * 2 ** 20);
    const { rows, unusedColumns } = eventSource(format, received.open, charset);
    return importedWire(await importMailEvents(app, request.actor, rows), unusedColumns);
  });
}
