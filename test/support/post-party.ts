/** Something in every table of the post, for tests that try to reach it from another organization. */

import { randomUUID } from 'node:crypto';
import type { Tenant, TestApp } from './open-test-app.ts';
import { plantRun, waitForRun } from './print-run.ts';

/** A print run that is with its carrier, of an account's mailing, with an event and an address list. */
export async function plantPost(belt: TestApp, tenant: Tenant, name: string): Promise<Record<string, string>> {
  const { organizationId } = tenant;
  const [accountId, listId] = [randomUUID(), randomUUID()];
  await belt.sql(
    `insert into mail_account (id, organization_id, username, password_hash, mode) values ($1, $2, $3, 'x', 'live')`,
    [accountId, organizationId, `${name}-post`],
  );
  await belt.sql(
    `insert into address_list (id, organization_id, account_id, test, name, counts, total) values ($1, $2, $3, false, $4, '{}', 0)`,
    [listId, organizationId, accountId, `${name} list`],
  );
  const run = await plantRun(belt, tenant, { pieces: 1, name });
  await belt.sql('update mailing set account_id = $2 where id = $1', [run.mailingId, accountId]);
  await waitForRun(belt, run, ({ status }) => status === 'submitted');
  await belt.sql(
    `insert into mail_event (organization_id, mailing_id, seq, status, kind, at, source) values ($1, $2, 1, 'Seen', 'accepted', clock_timestamp(), 'test')`,
    [organizationId, run.mailingId],
  );
  return { accountId, addressListId: listId, printRunId: run.id, mailingId: run.mailingId, mailJobId: run.jobId };
}
