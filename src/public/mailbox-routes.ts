/** The mailbox of the built-in catcher, for people on this machine only: pages, and JSON for programs. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { ChanceryError } from '../errors.ts';
import { listMails, readMail, readMails } from '../usecases/mailbox/read-mailbox.ts';
import { registerMailFileRoutes } from './mail-file-routes.ts';
import { mailboxPath, renderMailboxPage, renderMailPage } from './mailbox-page.ts';
import { mailPageHeaders, pageHeaders } from './security-headers.ts';

interface WithId {
  Params: { id: string };
}

const perPage = 50;
const loopback = /^(127\.|::1$|::ffff:127\.)/;
/** What a browser on this machine asks for; any other name may be a stranger's that points here (DNS rebinding). */
const ownNames = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** `server` is a scope of its own: the hook stands before every route in it, however the address is spelled. */
export function registerMailboxRoutes(server: FastifyInstance, app: App): void {
  server.addHook('onRequest', async (request) => {
    const { host, forwarded } = request.headers;
    const isProxied = forwarded !== undefined || request.headers['x-forwarded-for'] !== undefined;
    if (!app.config.hasMailbox || !loopback.test(request.ip) || isProxied || !ownNames.test(host ?? ''))
      throw new ChanceryError('not_found', 'the mailbox opens on this machine only');
  });
  registerMailFileRoutes(server, app);

  server.get(mailboxPath, async (request, reply) => {
    const { search, before } = readQuery(request);
    const mails = await listMails(app, search, before, perPage);
    const next =
      mails.length === perPage
        ? `${mailboxPath}?${new URLSearchParams({ search, before: String(mails.at(-1)?.id) })}`
        : null;
    const shown = mails.map((mail) => ({
      id: String(mail.id),
      to: mail.recipient,
      subject: mail.subject,
      receivedAt: mail.receivedAt.toISOString(),
      size: mail.size,
    }));
    return reply.headers(pageHeaders).send(renderMailboxPage(shown, search, next));
  });

  server.get(`${mailboxPath}.json`, async (request) => {
    const { search, before, limit } = readQuery(request);
    return { mails: await readMails(app, search, before, limit) };
  });

  server.get<WithId>(`${mailboxPath}/:id`, async (request, reply) => {
    const { row, mail } = await readMail(app, request.params.id);
    const base = `${mailboxPath}/${row.id}`;
    const page = renderMailPage({
      ...mail,
      id: String(row.id),
      receivedAt: row.receivedAt.toISOString(),
      attachments: mail.attachments.map(({ filename, contentType, content }, at) => ({
        filename,
        contentType,
        size: content.length,
        href: `${base}/attachments/${at}`,
      })),
      htmlHref: mail.html === null ? '' : `${base}/html`,
      sourceHref: `${base}/source`,
    });
    return reply.headers(mailPageHeaders).send(page);
  });
}

function readQuery(request: FastifyRequest) {
  const { search, before, limit } = request.query as Record<string, unknown>;
  const number = (value: unknown) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null);
  return {
    // PostgreSQL takes no NUL.
    search: typeof search === 'string' ? search.slice(0, 200).replaceAll('\0', '').toWellFormed() : '',
    before: number(before),
    limit: Math.min(number(limit) ?? perPage, 1_000),
  };
}
