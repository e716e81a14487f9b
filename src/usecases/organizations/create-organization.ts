/** Provisions an organization: its row, its account with credits and its signing keys, all or nothing. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { moveCredits } from '../../db/ledger.ts';
import { insertOrganization, listOrganizations } from '../../db/organizations.ts';
import { insertSigningKey, retireSigningKeys } from '../../db/signing-keys.ts';
import { invalidInput, notFound } from '../../errors.ts';
import { newSigningKey } from './signing-keys.ts';

export interface NewOrganization {
  /** Default: a new one. */
  id?: string;
  name: string;
  url: string;
  senderName?: string;
  senderAddress: string;
  credits: number;
  rowLimit?: number;
  referencePrefix?: string;
}

/** Throws `invalid_input` for an address that is not http or https: it becomes part of every credential. */
export async function createOrganization(app: App, input: NewOrganization): Promise<string> {
  if (!/^https?:$/.test(URL.parse(input.url)?.protocol ?? ''))
    throw invalidInput('the organization’s url must be absolute, http or https', [{ path: 'url', code: 'not_a_url' }]);
  const id = input.id ?? randomUUID();
  const keys = [await newSigningKey(app, input.name, 'credential'), await newSigningKey(app, input.name, 'seal')];
  await app.db.owner(async (tx) => {
    await insertOrganization(tx, {
      id,
      name: input.name,
      url: input.url,
      senderName: input.senderName ?? input.name,
      senderAddress: input.senderAddress,
      rowLimit: input.rowLimit ?? app.config.MAX_ROWS,
      referencePrefix: input.referencePrefix ?? 'VEC-IC',
    });
    const grant = {
      organizationId: id,
      kind: 'grant',
      from: 'granted',
      to: 'available',
      amount: input.credits,
    } as const;
    await moveCredits(tx, grant);
    for (const key of keys) await insertSigningKey(tx, { organizationId: id, ...key });
  });
  return id;
}

/** Makes the keys that new batches sign with; the old ones stay listed, and what they signed stays valid. Those of specimens stay: nobody relies on them. */
export async function rotateSigningKeys(app: App, organizationId: string): Promise<void> {
  const organization = (await app.db.owner(listOrganizations)).find(({ id }) => id === organizationId);
  if (!organization) throw notFound('organization', organizationId);
  const keys = [
    await newSigningKey(app, organization.name, 'credential'),
    await newSigningKey(app, organization.name, 'seal'),
  ];
  await app.db.owner(async (tx) => {
    for (const key of keys) {
      await retireSigningKeys(tx, organizationId, key.purpose);
      await insertSigningKey(tx, { organizationId, ...key });
    }
  });
}
