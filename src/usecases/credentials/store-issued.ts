/** The one transaction of a certificate that is issued at once: batch, chunk, item, credit, delivery and what is told of it, all of it or nothing. */

import type { App } from '../../app.ts';
import type { BatchFacts } from '../../db/batches.ts';
import type { ChunkRow } from '../../db/chunks.ts';
import type { Tx } from '../../db/open.ts';
import { readBatchSignatures } from '../../db/signature-images.ts';
import type { Issue } from '../../domain/issue.ts';
import type { Actor } from '../../domain/permissions.ts';
import { fault } from '../../fault.ts';
import type { SourceBlock } from '../../ingest/source.ts';
import { afterAccept, storeAccepted } from '../../pipeline/accept-chunk.ts';
import type { LoadedSpec } from '../../pipeline/batch-spec.ts';
import { storeProduced } from '../../pipeline/produce-chunk.ts';
import type { IssuedOne } from '../../pipeline/produce-thread.ts';
import { insertWithChunks } from '../batches/store-batch.ts';
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
  /** Of the object that holds the document's tail and the row. */
  packBytes: number;
  /** Where the row lies in it. */
  block: SourceBlock;
  /** Hex SHA-256 of the pictures on the document, by member. */
  pictures: Map<string, string>;
}

/** Throws `limit_exceeded` when the credits have gone meanwhile. */
export async function storeIssued(app: App, actor: Actor, row: OnlyRow): Promise<{ issued: IssuedNow } | Changed> {
  const { organizationId, id: batchId, sourceKey } = row.facts;
  const { item, document, prefixHash } = row.made;
  const { sha256: sha, attachmentOffset: jsonAt, attachmentLength: jsonLength } = document;
  const issued = [{ seq: 0, at: 0, length: document.tail.length, jsonAt, jsonLength, sha }];
  const produced = { packBytes: row.packBytes, prefixHash, issued: JSON.stringify(issued), failed: '[]' };
  const outcome = { issued: { id: item.id, referenceId: item.reference, email: item.email } };
  const changed = Symbol('changed');
  const stored = app.db.organization(organizationId, async (tx) => {
    const [fresh] = await insertWithChunks(tx, actor, row.facts, [row.block]);
    if (!(await hasPictures(tx, row))) throw changed;
    const chunk = chunkOf(organizationId, batchId, fresh as { id: string }, row.block);
    await storeAccepted(tx, chunk, row.loaded, { json: JSON.stringify([item]), accepted: 1, failed: 0 });
    await afterAccept(app, tx, chunk, row.loaded);
    await storeProduced(app, tx, chunk, row.loaded, { ...produced, packKey: sourceKey, paidFrom: 'available' });
    await settleClaim(app, tx, actor, outcome);
    await fault('issue-before-commit');
    return outcome;
  });
  return stored.catch((error: unknown) => {
    if (error === changed) return { changed: true };
    throw error;
  });
}

async function hasPictures(tx: Tx, { facts, pictures }: OnlyRow): Promise<boolean> {
  if (facts.signatories.length === 0) return true;
  const copied = await readBatchSignatures(tx, facts.organizationId, facts.id);
  return facts.signatories.every(({ slot, memberId }) => copied.get(slot) === pictures.get(memberId));
}

/** As the belt would take it, but nobody else can have it: it is born in this transaction. */
function chunkOf(organizationId: string, batchId: string, { id }: { id: string }, block: SourceBlock): ChunkRow {
  const { firstSeq, count, offset: sourceOffset, length: sourceLength } = block;
  const born = { seq: 0, status: 'pending', attempt: 0, deaths: 0, accepted: 0, issued: 0, failed: 0 } as const;
  const place = {
    firstSeq,
    count,
    sourceOffset,
    sourceLength,
    duplicates: null,
    retry: false,
    revision: 0,
    isCalledOff: false,
  };
  return { id, batchId, organizationId, ...born, ...place };
}
