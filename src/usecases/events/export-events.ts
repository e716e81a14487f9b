/** An organization's events with their numbers and hashes, as text that can be checked without us: a line each, `<number> <hash> <event as JSON>`. */

import type { App } from '../../app.ts';
import { listSealedEvents } from '../../db/event-seals.ts';
import { type ChainHead, chainLine } from '../../domain/event-chain.ts';

const atOnce = 1_000;

/** Those after this number, with where the chain stands after each. An event that is gone leaves its line empty, which no check lets pass. */
export async function* exportEvents(
  app: App,
  organizationId: string,
  after: number,
): AsyncGenerator<{ head: ChainHead; line: string }> {
  for (let from = after; ; ) {
    const some = await app.db.organization(organizationId, (tx) => listSealedEvents(tx, organizationId, from, atOnce));
    for (const { text, ...head } of some) yield { head, line: chainLine(head, text ?? '') };
    from = some.at(-1)?.number ?? from;
    if (some.length < atOnce) return;
  }
}
