/** A batch as it would be if it were handed in now: good for judging rows, worth nothing for making documents. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import { statusListLength } from '../credential/status-list.ts';
import { readOrganization } from '../db/organizations.ts';
import { currentSigningKey } from '../db/signing-keys.ts';
import type { TemplateRow } from '../db/templates.ts';
import { ChanceryError } from '../errors.ts';
import type { ColumnPlan } from '../ingest/columns.ts';
import { type ThreadBatch, termsOf } from './batch-spec.ts';
import { loadProgram } from './program-spec.ts';

export interface Draft {
  template: Pick<TemplateRow, 'versionId'>;
  columnPlan: ColumnPlan;
  signatories: { slot: number; name: string; designation: string }[];
  /** Rows it may have. */
  maxRows: number;
  test: boolean;
}

/** Nothing is stored or taken: ids, places and references are made up, and signatures are left blank. */
export async function draftBatchSpec(app: App, organizationId: string, draft: Draft): Promise<ThreadBatch> {
  const { organization, credentialKey, sealKey } = await app.db.organization(organizationId, async (tx) => ({
    organization: await readOrganization(tx, organizationId),
    credentialKey: await currentSigningKey(tx, organizationId, 'credential'),
    sealKey: await currentSigningKey(tx, organizationId, 'seal'),
  }));
  if (!credentialKey || !sealKey) throw new ChanceryError('not_ready', 'the organization has no signing keys');
  const { name, url, referencePrefix } = organization;
  const program = await loadProgram(app, {
    versionId: draft.template.versionId,
    organization: { id: organizationId, name, url, did: `did:web:${organizationId}` },
    publicUrl: app.publicUrl,
    signatories: draft.signatories.map(({ slot, name, designation }) => ({ slot, name, designation, picture: null })),
    approvals: [],
    credentialKeyId: credentialKey.id,
    sealKeyId: sealKey.id,
    uploaded: false,
    specimen: draft.test,
  });
  const id = randomUUID();
  const list = { id, secret: randomBytes(16).toString('base64'), firstPosition: 0, count: statusListLength };
  const batch = {
    id,
    kind: 'template',
    createdAt: new Date(),
    seed: randomBytes(32),
    firstReference: 0,
    statusLists: Array.from({ length: Math.ceil(draft.maxRows / statusListLength) }, () => list),
    columnPlan: draft.columnPlan,
  } as const;
  return { program, terms: termsOf(batch, { referencePrefix, referenceSecret: randomBytes(32) }) };
}
