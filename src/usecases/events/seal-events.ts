/** Numbers and chains what has happened, a page a transaction: any number of processes may do so at once, and one that dies leaves whole pages. */

import type { App } from '../../app.ts';
import { beginSealing, endSealing, sealPage } from '../../db/event-seals.ts';
import type { ChainHead } from '../../domain/event-chain.ts';
import { fault } from '../../fault.ts';

const atOnce = 1_000;

export interface Sealed {
  count: number;
  /** The chains that are longer now, by organization. */
  heads: Map<string, ChainHead>;
}

/**
 * Seals every event that is committed and has no seal. `all`: looks at the old ones too, rather than at those since the last time,
 * where an id may have been taken by a transaction that had not said so yet.
 */
export async function sealEvents(
  { db }: Pick<App, 'db'>,
  { all = false, pageSize = atOnce }: { all?: boolean; pageSize?: number } = {},
): Promise<Sealed> {
  const sealed: Sealed = { count: 0, heads: new Map() };
  const pass = await db.owner(beginSealing);
  for (let after = all ? 0 : pass.below; ; ) {
    const page = await db.owner(async (tx) => {
      const page = await sealPage(tx, after, pageSize);
      if (page && page.count > 0) await fault('seal-before-commit');
      return page;
    });
    if (!page) return sealed;
    if (page.count > 0) await fault('seal-after-commit');
    sealed.count += page.count;
    for (const [organizationId, head] of page.heads) sealed.heads.set(organizationId, head);
    after = page.last;
    if (page.count < pageSize) {
      await db.owner((tx) => endSealing(tx, pass, after));
      return sealed;
    }
  }
}
