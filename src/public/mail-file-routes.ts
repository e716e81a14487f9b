/** The parts of a caught mail: its HTML for the frame, its source, its attachments. Foreign content, so every answer is fenced in by its headers. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { notFound } from '../errors.ts';
import { readMail } from '../usecases/mailbox/read-mailbox.ts';
import { mailboxPath, mailFrameDocument } from './mailbox-page.ts';
import { downloadHeaders, mailFrameHeaders } from './security-headers.ts';

interface WithId {
  Params: { id: string };
}

export function registerMailFileRoutes(server: FastifyInstance, app: App): void {
  server.get<WithId>(`${mailboxPath}/:id/html`, async (request, reply) => {
    const { mail } = await readMail(app, request.params.id);
    return reply.headers(mailFrameHeaders).send(mailFrameDocument(mail.html ?? ''));
  });

  server.get<WithId>(`${mailboxPath}/:id/source`, async (request, reply) => {
    const { row } = await readMail(app, request.params.id);
    return reply
      .headers(downloadHeaders)
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="mail-${row.id}.eml"`)
      .send(row.raw);
  });

  server.get<{ Params: { id: string; at: string } }>(`${mailboxPath}/:id/attachments/:at`, async (request, reply) => {
    const { mail } = await readMail(app, request.params.id);
    const attachment = mail.attachments[Number(request.params.at)];
    if (!attachment) throw notFound('attachment', request.params.at);
    return reply
      .headers(downloadHeaders)
      .type('application/octet-stream')
      .header('content-disposition', 'attachment')
      .send(Buffer.from(attachment.content));
  });
}
