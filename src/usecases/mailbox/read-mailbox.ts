/** The built-in mail catcher's mailbox. */

import type { App } from '../../app.ts';
import { type CaughtMailRow, listCaughtMails, readCaughtMail } from '../../db/caught-mails.ts';
import { readMail as parseMail, type ReadMail } from '../../deliver/email/read-mail.ts';
import { ChanceryError, notFound } from '../../errors.ts';

/** Mails newest first; the mailbox is closed where a real mail server is configured. */
export async function listMails(
  app: App,
  search: string,
  before: number | null,
  limit: number,
): Promise<CaughtMailRow[]> {
  openOnly(app);
  return app.db.anonymous((tx) => listCaughtMails(tx, search, before, limit));
}

/** Enough of a mail for its words, which stand before its attachments. */
const wordBytes = 65_536;

/** The same with what they say. */
export async function readMails(
  app: App,
  search: string,
  before: number | null,
  limit: number,
): Promise<(CaughtMailRow & Pick<ReadMail, 'text' | 'html'>)[]> {
  openOnly(app);
  const rows = await app.db.anonymous((tx) => listCaughtMails(tx, search, before, limit, wordBytes));
  const mails = [];
  for (const { raw, ...row } of rows) {
    const { text, html } = await parseMail(raw);
    mails.push({ ...row, text, html });
  }
  return mails;
}

export async function readMail(
  app: App,
  id: string,
): Promise<{ row: CaughtMailRow & { raw: Buffer }; mail: ReadMail }> {
  openOnly(app);
  const row = /^\d{1,15}$/.test(id) ? await app.db.anonymous((tx) => readCaughtMail(tx, Number(id))) : undefined;
  if (!row) throw notFound('mail', id);
  return { row, mail: await parseMail(row.raw) };
}

function openOnly(app: App): void {
  if (app.config.SMTP_URL) throw new ChanceryError('not_found', 'there is no mailbox: mail goes to SMTP_URL');
}
