/** What was issued to an address before its owner was a member becomes theirs, in the transaction by which they become one. */

import { recordEvent } from '../../db/events.ts';
import type { Tx } from '../../db/open.ts';
import { linkItems } from '../../db/recipients.ts';
import type { Actor } from '../../domain/permissions.ts';

/** One event for the member says how many there were. */
export async function takeItems(
  tx: Tx,
  { organizationId, label: actor }: Pick<Actor, 'organizationId' | 'label'>,
  memberId: string,
): Promise<void> {
  const count = await linkItems(tx, organizationId, memberId);
  if (count === 0) return;
  const event = { organizationId, subject: 'member', subjectId: memberId, kind: 'member.items_linked', actor };
  await recordEvent(tx, { ...event, data: { count } });
}
