/** Revokes a credential: at once on its page, and in the status list that verifiers ask. */

import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import { findItem, type ItemRow, revokeItem } from '../../db/items.ts';
import { bumpStatusList } from '../../db/status-lists.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import { getItem } from '../items/get-item.ts';

/** Idempotent: the first reason stays. Throws `illegal_transition` for an item that was never issued. */
export async function revokeCredential(app: App, actor: Actor, id: string, reason: string): Promise<ItemRow> {
  requirePermission(actor, 'certificates:revoke');
  const { organizationId } = actor;
  const item = await getItem(app, { ...actor, scopes: ['*'] }, id);
  return app.db.organization(organizationId, async (tx) => {
    if (await revokeItem(tx, organizationId, id, reason.slice(0, 500))) {
      await bumpStatusList(tx, organizationId, item.statusListId);
      await recordEvent(tx, {
        organizationId,
        subject: 'item',
        subjectId: id,
        kind: 'item.revoked',
        actor: actor.label,
        data: { reason: reason.slice(0, 500) },
      });
    }
    const now = (await findItem(tx, organizationId, id)) as ItemRow;
    if (now.status !== 'revoked')
      throw new ChanceryError('illegal_transition', `a certificate that is ${now.status} cannot be revoked`);
    return now;
  });
}
