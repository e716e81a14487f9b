/** What must hold between organizations, and of the record of what happened: each query gives the rows that break it. Those over all tables are made from the catalogue. */

import type { Invariants } from './invariants.ts';
import type { Tx } from './open.ts';

/** References without a foreign key: column -> table whose `id` it names. */
const unguarded: [table: string, column: string, referred: string][] = [
  ['item', 'batch_id', 'batch'],
  ['item', 'chunk_id', 'chunk'],
  ['item', 'status_list_id', 'status_list'],
  ['item', 'member_id', 'member'],
  ['event_seal', 'event_id', 'event'],
  ['delivery', 'batch_id', 'batch'],
  ['delivery', 'chunk_id', 'chunk'],
  ['mail_piece', 'mailing_id', 'mailing'],
  ['mail_piece', 'job_id', 'mail_job'],
  ['mail_piece', 'run_id', 'print_run'],
];

const tenantTables = `select pg_class.oid, relname, relrowsecurity and relforcerowsecurity as forced from pg_class
  join pg_attribute on attrelid = pg_class.oid and attname = 'organization_id' and not attisdropped
  where relkind = 'r' and relnamespace = 'public'::regnamespace`;

export async function tenantInvariants(tx: Tx): Promise<Invariants> {
  return {
    12: {
      'every table with rows of organizations is closed to the others': `select 1 from (${tenantTables}) tenant
         where not forced or not exists (select 1 from pg_policy where polrelid = tenant.oid)`,
      'the role of the application owns nothing and stands above no policy': `select 1 from pg_roles where rolname = 'chancery_app' and (rolsuper or rolbypassrls)
         union all select 1 from pg_class join pg_roles on pg_roles.oid = relowner where rolname = 'chancery_app' and relnamespace = 'public'::regnamespace`,
      'no row points at a row of another organization': await betweenOrganizations(tx),
    },
    13: {
      'the newest event of a batch is its status': `select 1 from batch where status <> 'pending' and status is distinct from (
           select substr(kind, 7) from event where event.organization_id = batch.organization_id and subject = 'batch' and subject_id = batch.id
             and kind in ('batch.accepting', 'batch.waiting_for_approval', 'batch.rejecting', 'batch.processing', 'batch.completed',
               'batch.partially_completed', 'batch.failed', 'batch.cancelled') order by id desc limit 1)`,
      'every batch, every revocation and every decision is on record': `select 1 from (
           select organization_id, 'batch' as subject, id, 'batch.created' as kind from batch
           union all select organization_id, 'item', id, 'item.revoked' from item where status = 'revoked'
           union all select organization_id, 'approval', id, 'approval.' || status from approval where decided_by <> 'auto' and status in ('approved', 'rejected')
         ) happened where not exists (select 1 from event where event.organization_id = happened.organization_id and event.subject = happened.subject
           and event.subject_id = happened.id and event.kind = happened.kind)`,
    },
  };
}

/** One query over every foreign key between two tables of organizations, and over the references that have none. */
async function betweenOrganizations(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ from: string; column: string; to: string; key: string }>(
    `with tenant as (${tenantTables})
     select source.relname as from, own.attname as column, target.relname as to, other.attname as key from pg_constraint
     join tenant source on source.oid = conrelid join tenant target on target.oid = confrelid
     join pg_attribute own on own.attrelid = conrelid and own.attnum = conkey[1]
     join pg_attribute other on other.attrelid = confrelid and other.attnum = confkey[1]
     where contype = 'f' and cardinality(conkey) = 1 order by 1, 2`,
  );
  const known = [...rows, ...unguarded.map(([from, column, to]) => ({ from, column, to, key: 'id' }))];
  return known
    .map(
      ({ from, column, to, key }) =>
        `select 1 from "${from}" a join "${to}" b on b."${key}" = a."${column}" where a.organization_id <> b.organization_id`,
    )
    .join(' union all ');
}
