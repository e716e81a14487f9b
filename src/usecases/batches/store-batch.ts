/** What is decided about a batch when it is handed in, and stored with it: whatever it is made from, its rows go the same belt. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { statusListLength } from '../../credential/status-list.ts';
import { type BatchFacts, insertBatch } from '../../db/batches.ts';
import { insertChunks } from '../../db/chunks.ts';
import { recordEvent } from '../../db/events.ts';
import { takeReferencePositions } from '../../db/instance.ts';
import { moveCredits } from '../../db/ledger.ts';
import type { Tx } from '../../db/open.ts';
import { copySignatures } from '../../db/signature-images.ts';
import { currentSigningKey } from '../../db/signing-keys.ts';
import { allocateStatusPositions } from '../../db/status-lists.ts';
import type { TemplateRow } from '../../db/templates.ts';
import { sourceKey } from '../../domain/document.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import type { ColumnPlan } from '../../ingest/columns.ts';
import type { SourceBlock } from '../../ingest/source.ts';
import { issuerDid } from '../organizations/issuer-did.ts';
import type { Duplicates } from './find-duplicates.ts';

/** A batch of which only what belongs to the installation is not decided yet. */
export interface UndecidedBatch {
  id: string;
  name: string;
  kind: BatchFacts['kind'];
  template: Pick<TemplateRow, 'id' | 'versionId'>;
  signatories: BatchFacts['signatories'];
  plan: ColumnPlan;
  blocks: SourceBlock[];
  /** Default: e-mail. */
  channels?: string[];
  hidden?: boolean;
}

/** For each block its rows that are left out; both come in the order of the file. */
function leftOut(blocks: SourceBlock[], duplicates: Duplicates): (Duplicates | null)[] {
  let at = 0;
  return blocks.map(({ firstSeq, count }) => {
    const from = at;
    while (at < duplicates.length && (duplicates[at] as Duplicates[0])[0] < firstSeq + count) at++;
    return at > from ? duplicates.slice(from, at) : null;
  });
}

/** Decides all that is not in the rows; the locks it takes are held only until this short transaction commits. */
export async function decideBatch(app: App, tx: Tx, actor: Actor, batch: UndecidedBatch): Promise<BatchFacts> {
  const { organizationId } = actor;
  const { id, name, kind, template, signatories, plan, blocks } = batch;
  const total = blocks.reduce((sum, block) => sum + block.count, 0);
  const credentialKey = await currentSigningKey(tx, organizationId, 'credential');
  const sealKey = await currentSigningKey(tx, organizationId, 'seal');
  if (!credentialKey || !sealKey) throw new ChanceryError('not_ready', 'the organization has no signing keys');
  const newList = () => ({ id: randomUUID(), secret: randomBytes(16) });
  return {
    id,
    organizationId,
    templateId: template.id,
    templateVersionId: template.versionId,
    name,
    kind,
    total,
    seed: randomBytes(32),
    statusLists: await allocateStatusPositions(tx, organizationId, total, statusListLength, newList),
    firstReference: await takeReferencePositions(tx, total),
    credentialKeyId: credentialKey.id,
    sealKeyId: sealKey.id,
    publicUrl: app.publicUrl,
    issuerDid: issuerDid(app, organizationId, credentialKey.publicKey),
    sourceKey: sourceKey(id),
    columnPlan: plan,
    signatories,
    channels: batch.channels ?? ['email'],
    hidden: batch.hidden ?? false,
    test: actor.test,
    createdAt: new Date(),
  };
}

/** Stores it with its chunks and their jobs, and reserves the credits for all rows but the `duplicates`. Throws `limit_exceeded`. */
export async function storeBatch(
  app: App,
  tx: Tx,
  actor: Actor,
  facts: BatchFacts,
  blocks: SourceBlock[],
  duplicates: Duplicates = [],
): Promise<void> {
  const { organizationId, id } = facts;
  await insertBatch(tx, facts);
  await moveCredits(tx, {
    organizationId,
    batchId: id,
    kind: 'reserve',
    from: 'available',
    to: 'reserved',
    amount: facts.total - duplicates.length,
  });
  await copySignatures(tx, organizationId, id, facts.signatories);
  const skipped = leftOut(blocks, duplicates);
  const chunks = blocks.map((block, seq) => ({
    id: randomUUID(),
    seq,
    firstSeq: block.firstSeq,
    count: block.count,
    sourceOffset: block.offset,
    sourceLength: block.length,
    duplicates: skipped[seq] ?? null,
  }));
  await insertChunks(tx, organizationId, id, chunks);
  await recordEvent(tx, {
    organizationId,
    subject: 'batch',
    subjectId: id,
    kind: 'batch.created',
    actor: actor.label,
    data: { total: facts.total },
  });
  await app.queue.enqueue(
    tx,
    'belt',
    chunks.map((chunk) => ({ stage: 'accept', organizationId, chunkId: chunk.id })),
  );
}
