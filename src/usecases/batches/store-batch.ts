/** What is decided about a batch when it is handed in, and stored with it: whatever it is made from, its rows go the same belt. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { statusListLength } from '../../credential/status-list.ts';
import { type BatchFacts, insertBatch } from '../../db/batches.ts';
import { insertChunks, type NewChunk } from '../../db/chunks.ts';
import { recordEvents } from '../../db/events.ts';
import { takeReferencePositions } from '../../db/instance.ts';
import { moveCredits } from '../../db/ledger.ts';
import type { Tx } from '../../db/open.ts';
import { copySignatures } from '../../db/signature-images.ts';
import type { SigningKeyRow } from '../../db/signing-keys.ts';
import { allocateStatusPositions, type StatusListRange } from '../../db/status-lists.ts';
import type { TemplateRow } from '../../db/templates.ts';
import { sourceKey } from '../../domain/document.ts';
import type { Actor } from '../../domain/permissions.ts';
import type { ColumnPlan } from '../../ingest/columns.ts';
import type { SourceBlock } from '../../ingest/source.ts';
import { issuerDid } from '../organizations/issuer-did.ts';
import { batchKeys } from '../organizations/signing-keys.ts';
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
  /** Where the blocks lie; default: in an object of their own. */
  sourceKey?: string;
}

/** What a batch takes from the installation and its organization when it is handed in. */
export interface Taken {
  credentialKey: Pick<SigningKeyRow, 'id' | 'publicKey'>;
  sealKeyId: string;
  statusLists: StatusListRange[];
  firstReference: number;
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

/** The mail of a test goes to the mailbox of this server, whatever SMTP_URL says. */
function channelsOf({ channels = ['email'] }: UndecidedBatch, test: boolean): string[] {
  return test ? channels.map((channel) => (channel === 'email' ? 'mailbox' : channel)) : channels;
}

/** Decides all that is not in the rows; the locks it takes are held only until this short transaction commits. */
export async function decideBatch(app: App, tx: Tx, actor: Actor, batch: UndecidedBatch): Promise<BatchFacts> {
  const { organizationId, test } = actor;
  const total = rowsIn(batch.blocks);
  const { credentialKey, sealKey } = await batchKeys(app, tx, organizationId, test);
  return batchFacts(app, actor, batch, {
    credentialKey,
    sealKeyId: sealKey.id,
    statusLists: await allocateStatusPositions(tx, organizationId, test, total, statusListLength, newStatusList),
    firstReference: await takeReferencePositions(tx, total),
  });
}

export const newStatusList = () => ({ id: randomUUID(), secret: randomBytes(16) });

const rowsIn = (blocks: SourceBlock[]) => blocks.reduce((sum, block) => sum + block.count, 0);

/** The batch with all that is decided when it is handed in. */
export function batchFacts(app: App, actor: Actor, batch: UndecidedBatch, taken: Taken): BatchFacts {
  const { id, name, kind, template, signatories, plan, blocks } = batch;
  const { organizationId, test } = actor;
  const { credentialKey, sealKeyId, statusLists, firstReference } = taken;
  return {
    id,
    organizationId,
    templateId: template.id,
    templateVersionId: template.versionId,
    name,
    kind,
    total: rowsIn(blocks),
    seed: randomBytes(32),
    statusLists,
    firstReference,
    credentialKeyId: credentialKey.id,
    sealKeyId,
    publicUrl: app.publicUrl,
    issuerDid: issuerDid(app, organizationId, credentialKey.publicKey, test),
    sourceKey: batch.sourceKey ?? sourceKey(id),
    columnPlan: plan,
    signatories,
    channels: channelsOf(batch, test),
    hidden: batch.hidden ?? false,
    test,
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
  const chunks = newChunks(blocks, duplicates);
  await insertWithChunks(tx, actor, facts, chunks);
  await moveCredits(tx, {
    organizationId,
    batchId: id,
    kind: 'reserve',
    from: 'available',
    to: 'reserved',
    amount: facts.total - duplicates.length,
  });
  await app.queue.enqueue(
    tx,
    'belt',
    chunks.map((chunk) => ({ stage: 'accept', organizationId, chunkId: chunk.id })),
  );
}

export function newChunks(blocks: SourceBlock[], duplicates: Duplicates = []): NewChunk[] {
  const skipped = leftOut(blocks, duplicates);
  return blocks.map((block, seq) => ({
    id: randomUUID(),
    seq,
    firstSeq: block.firstSeq,
    count: block.count,
    sourceOffset: block.offset,
    sourceLength: block.length,
    duplicates: skipped[seq] ?? null,
  }));
}

/**
 * The batch, its chunks and what happened to it; nothing is paid, and no job is there to go on with it. `accepted`: its rows are, in this
 * very transaction, and nobody has to approve them, so that it is born as a batch under way.
 */
export async function insertWithChunks(
  tx: Tx,
  actor: Actor,
  facts: BatchFacts,
  chunks: NewChunk[],
  { accepted = false } = {},
): Promise<void> {
  const { organizationId, id, total } = facts;
  const event = { subject: 'batch', subjectId: id };
  const created = { ...event, kind: 'batch.created', actor: actor.label, data: { total } };
  const processing = { ...event, kind: 'batch.processing', actor: 'system', data: {} };
  await Promise.all([
    insertBatch(tx, facts, accepted ? 'processing' : 'pending'),
    copySignatures(tx, organizationId, id, facts.signatories),
    insertChunks(tx, organizationId, id, chunks, accepted ? 'accepted' : 'pending'),
    recordEvents(tx, organizationId, accepted ? [created, processing] : [created]),
  ]);
}
