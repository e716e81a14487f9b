/** What must hold of mails and webhook messages: each query gives the rows that break it. */

import type { Invariants } from './invariants.ts';

export const deliveryInvariants: Invariants = {
  3: {
    'every issued item of a mailed batch has its delivery': `select 1 from item join batch on batch.id = item.batch_id
       where item.status in ('issued', 'revoked') and batch.channels && '{email,mailbox}'
         and not exists (select 1 from delivery where delivery.batch_id = item.batch_id and delivery.seq = item.seq)`,
    'no open delivery without a job': `select 1 from delivery
       where status in ('queued', 'sending', 'deferred', 'unknown')
         and not exists (select 1 from pgboss.job where state <= 'active' and name = 'deliver' and data->>'chunkId' = delivery.chunk_id::text)`,
    'no open notice without a job': `select 1 from notice
       where status in ('queued', 'sending', 'deferred', 'unknown')
         and not exists (select 1 from pgboss.job where state <= 'active' and name = 'deliver' and data->>'chunkId' = notice.id::text)`,
    'no open webhook message without a time at which it is due': `select 1 from webhook_delivery
       where status in ('queued', 'sending', 'deferred') and next_attempt_at is null`,
  },
  8: {
    'no two deliveries or notices have the same Message-ID': `select 1 from (select message_id from delivery union all select message_id from notice) mail
       group by message_id having count(*) > 1`,
    'nothing was sent that was not claimed before': `select 1 from delivery where attempts = 0 and (status in ('sending', 'sent', 'unknown') or sent_at is not null)
       union all select 1 from caught_mail join delivery on delivery.message_id = caught_mail.message_id where delivery.attempts = 0`,
    'a mail is sent exactly when it has the time of it': `select 1 from delivery where status = 'sent' and sent_at is null
       union all select 1 from notice where status = 'sent' and sent_at is null`,
    'only issued items have deliveries': `select 1 from delivery left join item on item.batch_id = delivery.batch_id and item.seq = delivery.seq and item.id = delivery.item_id
       where coalesce(item.status not in ('issued', 'revoked'), true)`,
  },
  9: {
    'every mail that was caught went to the address of its row': `select 1 from caught_mail join delivery on delivery.message_id = caught_mail.message_id
       join item on item.batch_id = delivery.batch_id and item.seq = delivery.seq where caught_mail.recipient <> item.email`,
    'no specimen is told of or mailed to the world': `select 1 from delivery join batch on batch.id = delivery.batch_id
       where batch.test and delivery.channel <> 'mailbox'`,
  },
};
