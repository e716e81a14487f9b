/** What the built-in mail catcher caught. It belongs to the machine, not to a tenant. */

import type { Tx } from './open.ts';

export interface CaughtMailRow {
  id: number;
  messageId: string;
  recipient: string;
  sender: string;
  subject: string;
  receivedAt: Date;
  size: number;
}

const columns = `id, message_id as "messageId", recipient, sender, subject, received_at as "receivedAt", octet_length(raw) as size`;

/** More are not kept. */
export const mostCaughtMails = 10_000;
/** So many go at once, for looking for the oldest costs something. */
const swept = 100;

/** Keeps it, and lets go of the oldest where there are too many. */
export async function insertCaughtMail(
  tx: Tx,
  mail: { messageId: string; to: string; from: string; subject: string; raw: Buffer },
): Promise<void> {
  const { rows } = await tx.query<{ id: number }>(
    'insert into caught_mail (message_id, recipient, sender, subject, raw) values ($1, $2, $3, $4, $5) returning id',
    [mail.messageId, mail.to, mail.from, mail.subject, mail.raw],
  );
  // Ids are given out in order and once, so that there are never more mails than numbers.
  const { id } = rows[0] as { id: number };
  if (id % swept === 0) await tx.query('delete from caught_mail where id <= $1', [id - mostCaughtMails + swept]);
}

/** Newest first, those before the id `before`; of each the first `bytes`. */
export async function listCaughtMails(
  tx: Tx,
  search: string,
  before: number | null,
  limit: number,
  bytes = 0,
): Promise<(CaughtMailRow & { raw: Buffer })[]> {
  const { rows } = await tx.query<CaughtMailRow & { raw: Buffer }>(
    `select ${columns}, substring(raw for $4) as raw from caught_mail
     where ($1 = '' or strpos(lower(recipient), lower($1)) > 0 or strpos(lower(subject), lower($1)) > 0) and ($2::bigint is null or id < $2)
     order by id desc limit $3`,
    [search, before, limit, bytes],
  );
  return rows;
}

export async function readCaughtMail(tx: Tx, id: number): Promise<(CaughtMailRow & { raw: Buffer }) | undefined> {
  return (
    await tx.query<CaughtMailRow & { raw: Buffer }>(`select ${columns}, raw from caught_mail where id = $1`, [id])
  ).rows[0];
}
