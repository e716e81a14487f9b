/** Adds a member to an organization, with a signature if they sign. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { insertMember } from '../../db/members.ts';
import { importArt } from '../../pdf/import-art.ts';
import { takeItems } from '../members/take-items.ts';

export interface NewMember {
  /** Default: a new one. */
  id?: string;
  firstName: string;
  lastName: string;
  email: string;
  designation?: string;
  /** PNG. */
  signature?: Buffer;
}

/** Throws `invalid_input` when the signature is not a readable PNG. */
export async function createMember(app: App, organizationId: string, input: NewMember): Promise<string> {
  if (input.signature) await importArt('image/png', input.signature);
  const id = input.id ?? randomUUID();
  await app.db.organization(organizationId, async (tx) => {
    await insertMember(tx, organizationId, id, {
      firstName: input.firstName,
      lastName: input.lastName,
      email: input.email,
      phone: null,
      role: 'member',
      signatoryName: `${input.firstName} ${input.lastName}`,
      signatoryDesignation: input.designation ?? null,
      isArchived: false,
      emailVerified: false,
      phoneVerified: false,
      profile: {},
      signature: input.signature ?? null,
    });
    await takeItems(tx, { organizationId, label: 'cli' }, id);
  });
  return id;
}
