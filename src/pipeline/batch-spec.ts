/** The batch as the worker threads see it: the programs it shares with other batches, and the few facts that are its own. */

import type { App } from '../app.ts';
import { autoActor, type NamedApproval, readApprovals } from '../db/approvals.ts';
import { type BatchFacts, findBatch } from '../db/batches.ts';
import { readReferenceSecret } from '../db/instance.ts';
import { readOrganization } from '../db/organizations.ts';
import { readBatchSignatures } from '../db/signature-images.ts';
import type { StatusListRange } from '../db/status-lists.ts';
import { keepRecent } from '../domain/keep-recent.ts';
import { type BatchKind, isVault } from '../domain/vault-template.ts';
import { ChanceryError, notFound } from '../errors.ts';
import type { ColumnPlan } from '../ingest/columns.ts';
import { type LoadedProgram, loadProgram, type ProgramFacts, type ProgramSpec } from './program-spec.ts';

/** What only this batch has; small, it is copied into every task. */
export interface BatchTerms {
  batchId: string;
  kind: BatchKind;
  /** ISO time, whole seconds: the only clock of documents and credentials. */
  createdAt: string;
  referencePrefix: string;
  /** Base64, as are all bytes here. */
  seed: string;
  referenceSecret: string;
  firstReference: number;
  statusLists: StatusListRange[];
  columnPlan: ColumnPlan;
}

export type BatchSpec = ProgramSpec & BatchTerms;

/** What a task in a thread is handed. */
export interface ThreadBatch {
  program: LoadedProgram;
  terms: BatchTerms;
}

export interface LoadedSpec extends ThreadBatch {
  /** Names batch and revision. */
  key: string;
  spec: BatchSpec;
  sender: { name: string; address: string };
  sourceKey: string;
  channels: string[];
  /** Whether people must approve before anything is produced. */
  needsApproval: boolean;
}

type BatchOfProgram = Omit<LoadedSpec, 'program' | 'spec'> & { facts: ProgramFacts };

/** Recent batches by `key`: a revision of a batch never changes. */
const recent = keepRecent<BatchOfProgram>({ count: 64 });

const keyOf = (batchId: string, revision: number) => `${batchId}/${revision}`;

export async function loadBatchSpec(
  app: App,
  { organizationId, batchId, revision }: { organizationId: string; batchId: string; revision: number },
): Promise<LoadedSpec> {
  const key = keyOf(batchId, revision);
  const { facts, ...batch } = await recent.get(key, async () => {
    const read = await readBatch(app, organizationId, batchId);
    // The batch has changed since the caller looked; what it took it for is not there to be worked on.
    if (read.key !== key) throw new ChanceryError('conflict', 'the batch has changed meanwhile');
    return read;
  });
  const program = await loadProgram(app, facts);
  return { ...batch, program, spec: { ...program.spec, ...batch.terms } };
}

async function readBatch(app: App, organizationId: string, batchId: string): Promise<BatchOfProgram> {
  const { batch, organization, pictures, referenceSecret, approvals } = await app.db.organization(
    organizationId,
    async (tx) => {
      const found = await findBatch(tx, organizationId, batchId);
      if (!found) throw notFound('batch', batchId);
      const [organization, pictures, referenceSecret, approvals] = await Promise.all([
        readOrganization(tx, organizationId),
        readBatchSignatures(tx, organizationId, batchId),
        readReferenceSecret(tx),
        found.approvedAt ? readApprovals(tx, organizationId, batchId) : [],
      ]);
      return { batch: found, organization, pictures, referenceSecret, approvals };
    },
    { prepared: true },
  );
  const { name, url, referencePrefix, senderName, senderAddress } = organization;
  return {
    key: keyOf(batchId, batch.revision),
    terms: termsOf(batch, { referencePrefix, referenceSecret }),
    facts: {
      versionId: batch.templateVersionId,
      organization: { id: organizationId, name, url, did: batch.issuerDid },
      publicUrl: batch.publicUrl,
      signatories: batch.signatories.map(({ slot, name, designation }) => ({
        slot,
        name,
        designation,
        picture: pictures.get(slot) ?? null,
      })),
      approvals: approvedBy(approvals),
      credentialKeyId: batch.credentialKeyId,
      sealKeyId: batch.sealKeyId,
      uploaded: isVault(batch.kind),
      specimen: batch.test,
    },
    sender: { name: senderName, address: senderAddress },
    sourceKey: batch.sourceKey,
    channels: batch.channels,
    needsApproval: batch.signatories.some((signatory) => !signatory.autoApprove),
  };
}

/** Of a batch that is stored, or about to be. */
export function termsOf(
  batch: Pick<BatchFacts, 'id' | 'kind' | 'createdAt' | 'seed' | 'firstReference' | 'statusLists' | 'columnPlan'>,
  { referencePrefix, referenceSecret }: { referencePrefix: string; referenceSecret: Buffer },
): BatchTerms {
  const { id, kind, createdAt, seed, firstReference, statusLists, columnPlan } = batch;
  return {
    batchId: id,
    kind,
    createdAt: `${createdAt.toISOString().slice(0, 19)}Z`,
    referencePrefix,
    seed: seed.toString('base64'),
    referenceSecret: referenceSecret.toString('base64'),
    firstReference,
    statusLists,
    columnPlan,
  };
}

function approvedBy(approvals: readonly NamedApproval[]): ProgramFacts['approvals'] {
  return approvals
    .filter(({ decidedBy }) => decidedBy !== autoActor)
    .map(({ slot, name, designation, decidedAt }) => {
      const day = (decidedAt as Date).toISOString().slice(0, 10);
      return { slot, name, designation, day };
    });
}
