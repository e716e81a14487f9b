/** Events: what happened to a batch, an item or a template, by whom; written, and put in line for webhooks, in the transaction that did it. */

import { announceEvents } from './announce.ts';
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

export async function recordEvent(tx: Tx, event: NewEvent): Promise<void> {
  await tx.query(
    'insert into event (organization_id, subject, subject_id, kind, actor, data) values ($1, $2, $3, $4, $5, $6)',
    [event.organizationId, event.subject, event.subjectId, event.kind, event.actor, JSON.stringify(event.data)],
  );
  await announceEvents(tx, event.organizationId, [event]);
}

/** Many of one organization in one statement. */
export async function recordEvents(
  tx: Tx,
  organizationId: string,
  events: readonly Omit<NewEvent, 'organizationId'>[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `insert into event (organization_id, subject, subject_id, kind, actor, data)
     select $1, subject, "subjectId", kind, actor, data
     from jsonb_to_recordset($2::jsonb) as new(subject text, "subjectId" uuid, kind text, actor text, data jsonb)`,
    [organizationId, JSON.stringify(events)],
  );
  await announceEvents(tx, organizationId, events);
}
