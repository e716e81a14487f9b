/** The built-in mail catcher's mailbox. */

import type { App } from '../../app.ts';
import { type CaughtMailRow, listCaughtMails, readCaughtMail } from '../../db/caught-mails.ts';
import { readMail as parseMail, type ReadMail } from '../../deliver/email/read-mail.ts';
import { notFound } from '../../errors.ts';

/** Mails newest first; where a real mail server is configured, those of tests. */
export async function listMails(
  app: App,
  search: string,
  before: number | null,
  limit: number,
): Promise<CaughtMailRow[]> {
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
  const row = /^\d{1,15}$/.test(id) ? await app.db.anonymous((tx) => readCaughtMail(tx, Number(id))) : undefined;
  if (!row) throw notFound('mail', id);
  return { row, mail: await parseMail(row.raw) };
}
