/** A batch as it would be if it were handed in now: good for judging rows, worth nothing for making documents. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import { decryptKey } from '../credential/keys.ts';
import { statusListLength } from '../credential/status-list.ts';
import { readOrganization } from '../db/organizations.ts';
import { currentSigningKey } from '../db/signing-keys.ts';
import type { TemplateRow } from '../db/templates.ts';
import { ChanceryError } from '../errors.ts';
import type { ColumnPlan } from '../ingest/columns.ts';
import { type BatchSpec, type LoadedSpec, share } from './batch-spec.ts';

export interface Draft {
  template: Pick<TemplateRow, 'versionId' | 'content'>;
  columnPlan: ColumnPlan;
  signatories: { slot: number; name: string; designation: string; autoApprove: boolean }[];
  /** Rows it may have. */
  maxRows: number;
}

/** Nothing is stored or taken: ids, places and references are made up, and signatures are left blank. */
export async function draftBatchSpec(app: App, organizationId: string, draft: Draft): Promise<LoadedSpec> {
  const { organization, credentialKey, sealKey } = await app.db.organization(organizationId, async (tx) => ({
    organization: await readOrganization(tx, organizationId),
    credentialKey: await currentSigningKey(tx, organizationId, 'credential'),
    sealKey: await currentSigningKey(tx, organizationId, 'seal'),
  }));
  if (!credentialKey || !sealKey) throw new ChanceryError('not_ready', 'the organization has no signing keys');
  const batchId = randomUUID();
  const open = (key: { id: string; privateKey: Buffer }) =>
    Buffer.from(decryptKey(app.masterKey, key.privateKey, key.id)).toString('base64');
  const list = { id: batchId, secret: randomBytes(16).toString('base64'), firstPosition: 0, count: statusListLength };
  const spec: BatchSpec = {
    batchId,
    kind: 'template',
    template: draft.template.content,
    organization: { ...organization, did: `did:web:${organizationId}` },
    createdAt: `${new Date().toISOString().slice(0, 19)}Z`,
    publicUrl: app.publicUrl,
    achievementUrl: `${app.publicUrl}/achievements/${draft.template.versionId}`,
    seed: randomBytes(32).toString('base64'),
    referenceSecret: randomBytes(32).toString('base64'),
    firstReference: 0,
    statusLists: Array.from({ length: Math.ceil(draft.maxRows / statusListLength) }, () => list),
    columnPlan: draft.columnPlan,
    signatories: draft.signatories.map(({ slot, name, designation }) => ({ slot, name, designation, png: null })),
    approvals: [],
    credentialKey: { multibase: credentialKey.multibase, privateKey: open(credentialKey) },
    sealKey: { privateKey: open(sealKey), certificate: sealKey.certificate?.toString('base64') ?? '' },
  };
  const needsApproval = draft.signatories.some(({ autoApprove }) => !autoApprove);
  return { spec, key: `draft/${batchId}`, shared: share(spec), sourceKey: '', channels: [], needsApproval };
}
