/** The organization's own look at a credential: checked as anybody would check it, hidden ones too, and against the signed list that verifiers ask. */

import type { App } from '../../app.ts';
import { readStatusList as readBits } from '../../credential/status-list.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import { getItem } from '../items/get-item.ts';
import { readStatusList } from './read-status-list.ts';
import { type ViewedCredential, viewItem } from './view-credential.ts';

export interface CheckedCredential extends ViewedCredential {
  /** Whether the status list, as it is served, says that it is revoked. */
  isListed: boolean;
}

/** Throws `not_found`, and `illegal_transition` for one that was never issued. */
export async function checkCredential(app: App, actor: Actor, id: string): Promise<CheckedCredential> {
  const item = await getItem(app, actor, id);
  if (!item.packKey)
    throw new ChanceryError('illegal_transition', `a certificate that is ${item.status} cannot be verified`);
  const viewed = await viewItem(app, { organizationId: actor.organizationId, item });
  const list = readBits(await readStatusList(app, item.statusListId));
  return { ...viewed, isListed: list(item.statusIndex) };
}
