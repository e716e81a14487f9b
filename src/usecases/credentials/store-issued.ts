/** The one transaction of a certificate that is issued at once: batch, chunk, item, credit, delivery and what is told of it, all of it or nothing. */

import type { App } from '../../app.ts';
import { insertApprovals } from '../../db/approvals.ts';
import type { BatchFacts } from '../../db/batches.ts';
import type { ChunkRow, NewChunk } from '../../db/chunks.ts';
import { insertItems } from '../../db/items.ts';
import type { Tx } from '../../db/open.ts';
import { readBatchSignatures } from '../../db/signature-images.ts';
import type { Issue } from '../../domain/issue.ts';
import type { Actor } from '../../domain/permissions.ts';
import { fault } from '../../fault.ts';
import type { SourceBlock } from '../../ingest/source.ts';
import type { LoadedSpec } from '../../pipeline/batch-spec.ts';
import { type StoredPack, storeProduced } from '../../pipeline/produce-chunk.ts';
import type { IssuedOne } from '../../pipeline/produce-thread.ts';
import { insertWithChunks, newChunks } from '../batches/store-batch.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';

export interface IssuedNow {
  id: string;
  referenceId: string;
  email: string;
}

/** A signatory's picture is another than the one on the document: nothing was stored. */
export interface Changed {
  changed: true;
}

export interface OnlyRow {
  facts: BatchFacts;
  loaded: LoadedSpec;
  made: Exclude<IssuedOne, { issues: Issue[] }>;
  /** Settles when the object that holds the document's tail and the row is durable. */
  kept: Promise<void>;
  /** Of that object. */
  packBytes: number;
  /** Where the row lies in it. */
  block: SourceBlock;
  /** Hex SHA-256 of the pictures on the document, by member. */
  pictures: Map<string, string>;
}

/** Throws `limit_exceeded` when the credits have gone meanwhile, `conflict` when another request holds the Idempotency-Key by now. */
export async function storeIssued(app: App, actor: Actor, row: OnlyRow): Promise<{ issued: IssuedNow } | Changed> {
  const { facts, loaded } = row;
  const { organizationId, id: batchId, signatories } = facts;
  const { item } = row.made;
  const outcome = { issued: { id: item.id, referenceId: item.reference, email: item.email } };
  const chunks = newChunks([row.block]);
  const chunk = acceptedChunk(facts, chunks[0] as NewChunk);
  const changed = Symbol('changed');
  const work = async (tx: Tx) => {
    app.instance.refuse();
    // Nobody waits for one statement before the next is on its way; they run in this order.
    await Promise.all([
      insertWithChunks(tx, actor, facts, chunks, { accepted: true }),
      insertItems(tx, chunk, JSON.stringify([item])),
      // Whoever approves automatically has done so, though nobody was shown anything.
      signatories.length > 0 && insertApprovals(tx, organizationId, batchId, null),
      // What is committed must not point at bytes that are not there. Up to here nothing is locked that others of the organization need.
      row.kept,
    ]);
    if (signatories.length > 0 && !(await hasPictures(tx, row))) throw changed;
    await Promise.all([storeProduced(app, tx, chunk, loaded, packOf(row)), settleClaim(app, tx, actor, outcome)]);
    await fault('issue-before-commit');
    return outcome;
  };
  return app.db.organization(organizationId, work, { prepared: true }).catch((error: unknown) => {
    if (error === changed) return { changed: true };
    throw error;
  });
}

function packOf({ facts, made, packBytes }: OnlyRow): StoredPack {
  const { document, prefixHash } = made;
  const { sha256: sha, attachmentOffset: jsonAt, attachmentLength: jsonLength } = document;
  const issued = JSON.stringify([{ seq: 0, at: 0, length: document.tail.length, jsonAt, jsonLength, sha }]);
  return { packKey: facts.sourceKey, packBytes, prefixHash, issued, failed: '[]', atOnce: true };
}

/** Whether those noted for the batch are those on the document. */
async function hasPictures(tx: Tx, { facts, pictures }: OnlyRow): Promise<boolean> {
  const noted = await readBatchSignatures(tx, facts.organizationId, facts.id);
  return facts.signatories.every(({ slot, memberId }) => noted.get(slot) === pictures.get(memberId));
}

/** As the belt would take it, but nobody else can have it: it is born in this transaction. */
function acceptedChunk({ organizationId, id: batchId }: BatchFacts, chunk: NewChunk): ChunkRow {
  const fresh = { attempt: 0, deaths: 0, accepted: 1, issued: 0, failed: 0, retry: false, revision: 0 };
  return { ...chunk, ...fresh, organizationId, batchId, status: 'accepted', isCalledOff: false };
}
