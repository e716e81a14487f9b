/** The batch as the worker threads see it: everything their programs are compiled from, as JSON in shared memory. */

import type { App } from '../app.ts';
import { type ApprovalEvidence, approvalEvidence } from '../credential/approval-evidence.ts';
import { decryptKey } from '../credential/keys.ts';
import { autoActor, type NamedApproval, readApprovals } from '../db/approvals.ts';
import { findBatch, readSignatures } from '../db/batches.ts';
import { readReferenceSecret } from '../db/instance.ts';
import { readOrganization } from '../db/organizations.ts';
import { readSigningKeys } from '../db/signing-keys.ts';
import type { StatusListRange } from '../db/status-lists.ts';
import { readTemplateVersion } from '../db/templates.ts';
import type { Template } from '../domain/template.ts';
import type { BatchKind } from '../domain/vault-template.ts';
import { ChanceryError, notFound } from '../errors.ts';
import type { ColumnPlan } from '../ingest/columns.ts';

export interface BatchSpec {
  batchId: string;
  kind: BatchKind;
  template: Template;
  organization: {
    id: string;
    name: string;
    url: string;
    did: string;
    referencePrefix: string;
    senderName: string;
    senderAddress: string;
  };
  /** ISO time, whole seconds: the only clock of documents and credentials. */
  createdAt: string;
  publicUrl: string;
  achievementUrl: string;
  /** Base64, as are all bytes here. */
  seed: string;
  referenceSecret: string;
  firstReference: number;
  statusLists: StatusListRange[];
  columnPlan: ColumnPlan;
  signatories: { slot: number; name: string; designation: string; png: string | null }[];
  /** People's, once all have approved; none where everyone approves automatically. */
  approvals: ApprovalEvidence[];
  credentialKey: { multibase: string; privateKey: string };
  sealKey: { privateKey: string; certificate: string };
}

export interface LoadedSpec {
  spec: BatchSpec;
  /** Names batch and revision; what is compiled from the spec is kept by it. */
  key: string;
  /** The same as UTF-8 JSON; handed to every task without being copied. */
  shared: SharedArrayBuffer;
  sourceKey: string;
  channels: string[];
  /** Whether people must approve before anything is produced. */
  needsApproval: boolean;
}

/** Specs of recent batches by `key`: a revision of a batch never changes. */
const recent = new Map<string, Promise<LoadedSpec>>();
const recentLimit = 64;

const keyOf = (batchId: string, revision: number) => `${batchId}/${revision}`;

export async function loadBatchSpec(
  app: App,
  { organizationId, batchId, revision }: { organizationId: string; batchId: string; revision: number },
): Promise<LoadedSpec> {
  const key = keyOf(batchId, revision);
  let loading = recent.get(key);
  if (!loading) {
    loading = readBatchSpec(app, organizationId, batchId);
    loading.catch(() => recent.delete(key));
    if (recent.size >= recentLimit) recent.delete(recent.keys().next().value as string);
    recent.set(key, loading);
  }
  const loaded = await loading;
  if (loaded.key === key) return loaded;
  // The batch has changed since the caller looked; what it took it for is not there to be worked on.
  recent.delete(key);
  throw new ChanceryError('conflict', 'the batch has changed meanwhile');
}

async function readBatchSpec(app: App, organizationId: string, batchId: string): Promise<LoadedSpec> {
  const { batch, organization, version, keys, images, referenceSecret, approvals } = await app.db.organization(
    organizationId,
    async (tx) => {
      const found = await findBatch(tx, organizationId, batchId);
      if (!found) throw notFound('batch', batchId);
      return {
        batch: found,
        organization: await readOrganization(tx, organizationId),
        version: await readTemplateVersion(tx, organizationId, found.templateVersionId),
        keys: await readSigningKeys(tx, organizationId, [found.credentialKeyId, found.sealKeyId]),
        images: await readSignatures(tx, organizationId, batchId),
        referenceSecret: await readReferenceSecret(tx),
        approvals: found.approvedAt ? await readApprovals(tx, organizationId, batchId) : [],
      };
    },
  );
  const signingKeyOf = (id: string) => {
    const key = keys.find((one) => one.id === id);
    if (!key) throw notFound('signing key', id);
    return {
      multibase: key.multibase,
      certificate: key.certificate?.toString('base64') ?? '',
      privateKey: Buffer.from(decryptKey(app.masterKey, key.privateKey, id)).toString('base64'),
    };
  };
  const template = version?.content as Template;
  const spec: BatchSpec = {
    batchId,
    kind: batch.kind,
    template,
    organization: { ...organization, did: batch.issuerDid },
    createdAt: `${batch.createdAt.toISOString().slice(0, 19)}Z`,
    publicUrl: batch.publicUrl,
    achievementUrl: `${batch.publicUrl}/achievements/${batch.templateVersionId}`,
    seed: batch.seed.toString('base64'),
    referenceSecret: referenceSecret.toString('base64'),
    firstReference: batch.firstReference,
    statusLists: batch.statusLists,
    columnPlan: batch.columnPlan,
    signatories: batch.signatories.map(({ slot, name, designation }) => ({
      slot,
      name,
      designation,
      png: images.find((image) => image.slot === slot)?.png.toString('base64') ?? null,
    })),
    approvals: evidenceOf(approvals, template.language),
    credentialKey: signingKeyOf(batch.credentialKeyId),
    sealKey: signingKeyOf(batch.sealKeyId),
  };
  const needsApproval = batch.signatories.some((signatory) => !signatory.autoApprove);
  return {
    spec,
    key: keyOf(batchId, batch.revision),
    shared: share(spec),
    sourceKey: batch.sourceKey,
    channels: batch.channels,
    needsApproval,
  };
}

function evidenceOf(approvals: readonly NamedApproval[], language: string): ApprovalEvidence[] {
  return approvals
    .filter(({ decidedBy }) => decidedBy !== autoActor)
    .map(({ slot, name, designation, decidedAt }) =>
      approvalEvidence({ slot, name, designation, day: (decidedAt as Date).toISOString().slice(0, 10) }, language),
    );
}

export function share(spec: BatchSpec): SharedArrayBuffer {
  const bytes = Buffer.from(JSON.stringify(spec));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
