/** The pages for people, and a way to write a text into everything that is stored for them, past all that judges what comes in. */

import assert from 'node:assert/strict';
import { sealId } from '../../../src/domain/sealed-id.ts';
import { call, doors, intruder } from './world.ts';

export interface Page {
  path: string;
  cookie?: string;
}

const { ids } = intruder as { ids: Record<string, string> };
const { masterKey } = doors.test.app;
const approval = `/approve/${sealId(masterKey, 'approvalLink', ids.linkId as string)}`;
/** Of a member's session, as a browser sends it. */
export const sessionCookie = `chancery_wallet=${sealId(masterKey, 'walletSession', ids.walletSessionId as string)}`;
const [mail] = await doors.test.sql<{ id: number }>('select max(id) as id from caught_mail');

export const pages: readonly Page[] = [
  { path: '/' },
  { path: `/credential/${ids.itemId}` },
  { path: approval },
  { path: `${approval}/certificates` },
  { path: `${approval}/certificates/${ids.waitingItemId}` },
  { path: '/wallet' },
  { path: `/wallet/open/${sealId(masterKey, 'walletLink', ids.walletLinkId as string)}` },
  { path: '/wallet/credentials', cookie: sessionCookie },
  { path: '/mailbox' },
  { path: `/mailbox/${mail?.id}` },
];

export async function open({ path, cookie }: Page): Promise<string> {
  const answer = await call('GET', path, { headers: { accept: 'text/html', ...(cookie && { cookie }) } });
  assert.equal(answer.status, 200, `${path}: ${answer.body}`);
  return answer.body;
}

/** Words of the program: states, kinds, keys, hashes, numbers that are made here, and what is found by its value. */
const machine =
  /^(status|kind|mode|purpose|multibase|channel|carrier|language|source|role|email|debit|credit|event|queue|host|checksum)$|_(key|hash|id|did|url|context|prefix|kind)$|^(unique_id|trigger_context|actor|subject|decided_by|created_by|barcode|payload|media_type)$/;

interface Column {
  name: string;
  column: string;
  organized: boolean;
}

const columns = (
  await doors.test.sql<Column>(
    `select c.table_name as name, c.column_name as column,
       exists (select 1 from information_schema.columns o where o.table_name = c.table_name and o.column_name = 'organization_id') as organized
     from information_schema.columns c join pg_class on relname = c.table_name and relkind in ('r', 'p')
       join pg_namespace on pg_namespace.oid = relnamespace and nspname = c.table_schema
     where c.table_schema = 'public' and c.data_type = 'text' and c.is_generated = 'NEVER' order by 1, 2`,
  )
).filter(
  ({ name, column, organized }) =>
    !machine.test(column) && (organized || name === 'organization' || name === 'caught_mail'),
);

/** Writes `textOf(n)` into the nth column of all that is text, and into the texts of templates and rows; gives how many took it. */
export async function plant(textOf: (column: number) => string): Promise<number> {
  let at = 0;
  const next = () => textOf(at++);
  const refused: string[] = [];
  for (const { name, column, organized } of columns) {
    const where = organized ? 'organization_id = $2' : name === 'organization' ? 'id = $2' : '$2::text is not null';
    const values = [next(), intruder.tenant.organizationId];
    await doors.test.sql(`update ${name} set ${column} = $1 where ${where}`, values).catch((error: Error) => {
      // One name for all rows is one too few where names are unique.
      if (!error.message.includes('unique constraint')) refused.push(`${name}.${column}: ${error.message}`);
    });
  }
  assert.deepEqual(refused, [], 'these take no text; are they words of the program?');
  await doors.test.sql(
    `update item set fields = (select jsonb_object_agg(key, $1::text) from jsonb_each(fields)) where organization_id = $2 and fields <> '{}'`,
    [next(), intruder.tenant.organizationId],
  );
  await plantTemplates(next);
  return columns.length;
}

async function plantTemplates(next: () => string): Promise<void> {
  const { organizationId } = intruder.tenant;
  const rows = await doors.test.sql<{ id: string; content: Record<string, Record<string, unknown>> }>(
    'select id, content from template_version where organization_id = $1',
    [organizationId],
  );
  for (const { id, content } of rows) {
    for (const name of ['name', 'description', 'criteria']) if (content.achievement) content.achievement[name] = next();
    for (const field of (content.fields ?? []) as unknown as { label?: string }[]) field.label = next();
    // A version never changes, says a trigger.
    await doors.test.sql(
      `set session_replication_role = replica; update template_version set content = '${JSON.stringify(content).replaceAll("'", "''")}' where id = '${id}'; set session_replication_role = origin`,
    );
  }
}
