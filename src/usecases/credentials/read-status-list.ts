/** A signed status list, rebuilt from the revoked items and kept until one more is revoked. */

import type { App } from '../../app.ts';
import { openSigningKey } from '../../credential/keys.ts';
import { signStatusList } from '../../credential/status-list.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { currentSigningKey } from '../../db/signing-keys.ts';
import { readStatusList as readList, readRevokedIndices, type StatusListRow } from '../../db/status-lists.ts';
import { isUuid } from '../../domain/uuid.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { issuerDid } from '../organizations/issuer-did.ts';

/** By list, the newest version signed. */
const signed = new Map<string, { version: number; text: Promise<string> }>();

export async function readStatusList(app: App, id: string): Promise<string> {
  const organizationId = isUuid(id)
    ? await app.db.anonymous((tx) => findOrganizationOf(tx, 'statusList', id))
    : undefined;
  if (!organizationId) throw notFound('status list', id);
  const list = await app.db.organization(organizationId, (tx) => readList(tx, organizationId, id));
  if (!list) throw notFound('status list', id);
  const kept = signed.get(id);
  if (kept?.version === list.version) return kept.text;
  const validFrom = `${new Date().toISOString().slice(0, 19)}Z`;
  const text = sign(app, organizationId, list, validFrom);
  if (signed.size >= 1_000) signed.clear();
  signed.set(id, { version: list.version, text });
  text.catch(() => signed.delete(id));
  return text;
}

async function sign(app: App, organizationId: string, { id, test }: StatusListRow, validFrom: string): Promise<string> {
  const { key, revoked } = await app.db.organization(organizationId, async (tx) => ({
    key: await currentSigningKey(tx, organizationId, test ? 'test_credential' : 'credential'),
    revoked: await readRevokedIndices(tx, organizationId, id),
  }));
  if (!key) throw new ChanceryError('not_ready', 'the organization has no signing key');
  const issuer = issuerDid(app, organizationId, key.publicKey, test);
  return signStatusList({
    id: `${app.publicUrl}/status-lists/${id}`,
    issuer,
    keyId: `${issuer}#${key.multibase}`,
    privateKey: openSigningKey(app.masterKey, key),
    revoked,
    validFrom,
  });
}
