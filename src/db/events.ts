/** Events: what happened to a batch, an item or a template, by whom; written, and put in line for webhooks, in the transaction that did it. */

import { announceEvents, type Subscriber, selectSubscribers, subscriptionsToAny } from './announce.ts';
import type { Tx } from './open.ts';

export interface NewEvent {
  organizationId: string;
  subject: string;
  subjectId: string;
  /** `batch.completed`, `item.revoked`, … */
  kind: string;
  /** `api_key:<id>`, `member:<id>`, `system` or `cli`. */
  actor: string;
  data: Record<string, unknown>;
}

export async function recordEvent(tx: Tx, { organizationId, ...event }: NewEvent): Promise<void> {
  await recordEvents(tx, organizationId, [event]);
}

/** Many of one organization, in their order; the same statement asks who wants to hear of them. */
export async function recordEvents(
  tx: Tx,
  organizationId: string,
  events: readonly Omit<NewEvent, 'organizationId'>[],
): Promise<void> {
  if (events.length === 0) return;
  const { rows } = await tx.query<Subscriber>(
    `with recorded as (insert into event (organization_id, subject, subject_id, kind, actor, data)
       select $1, subject, "subjectId", kind, actor, data
       from jsonb_to_recordset($3::jsonb) as new(subject text, "subjectId" uuid, kind text, actor text, data jsonb))
     ${selectSubscribers}`,
    [organizationId, subscriptionsToAny(events), JSON.stringify(events)],
  );
  await announceEvents(tx, organizationId, events, rows);
}
