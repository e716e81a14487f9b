/** Adds members and changes what is known of them; nobody is ever deleted, because signed documents name them. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import {
  findMember,
  findMemberByEmail,
  insertMember,
  lockMember,
  type MemberFacts,
  type MemberRow,
  setSignature as storeSignature,
  updateMember,
} from '../../db/members.ts';
import type { Tx } from '../../db/open.ts';
import { closeWallet } from '../../db/wallet-sessions.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { invalidInput, notFound } from '../../errors.ts';
import { isEmailAddress } from '../../ingest/email-address.ts';
import { importArt } from '../../pdf/import-art.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { proveProfile } from './prove-profile.ts';
import { takeItems } from './take-items.ts';

export type MemberChange = Partial<MemberFacts>;

/** Gives the new member's id; what was issued to the address before becomes theirs. Throws `invalid_input` for an address that is none or somebody's. */
export async function addMember(
  app: App,
  actor: Actor,
  input: MemberChange & Pick<MemberFacts, 'firstName' | 'lastName' | 'email'>,
): Promise<string> {
  requirePermission(actor, 'users:create');
  proveProfile(input.profile);
  const id = randomUUID();
  await change(app, actor, 'member.added', id, async (tx) => {
    await proveAddress(tx, actor.organizationId, input.email, null);
    const unsaid = { phone: null, role: 'member', signatoryName: null, signatoryDesignation: null } as const;
    const not = { isArchived: false, emailVerified: false, phoneVerified: false, profile: {} };
    await insertMember(tx, actor.organizationId, id, { ...unsaid, ...not, ...input, signature: null });
    await takeItems(tx, actor, id);
    await settleClaim(app, tx, actor, id);
  });
  return id;
}

/** What is not named stays as it is. Throws `forbidden` for a signatory's address without `approvals:decide`: links to decide are sent there. */
export async function changeMember(app: App, actor: Actor, idOrNumber: string, input: MemberChange): Promise<string> {
  requirePermission(actor, 'users:update');
  proveProfile(input.profile);
  const { organizationId } = actor;
  const { id } = await find(app, organizationId, idOrNumber);
  await change(app, actor, 'member.changed', id, async (tx) => {
    const member = await lockMember(tx, organizationId, id);
    if (!member) throw notFound('member', id);
    if (input.email !== undefined) await proveAddress(tx, organizationId, input.email, id);
    if (member.hasSignature && (input.email ?? member.email) !== member.email)
      requirePermission(actor, 'approvals:decide');
    const { emailVerifiedAt, phoneVerifiedAt } = member;
    // A new address or number is not the one that was verified.
    const kept = {
      emailVerified: emailVerifiedAt !== null && (input.email ?? member.email) === member.email,
      phoneVerified: phoneVerifiedAt !== null && (input.phone ?? member.phone) === member.phone,
    };
    await updateMember(tx, organizationId, id, { ...member, ...kept, ...input });
    if (input.email !== undefined || input.isArchived !== undefined) await closeWallet(tx, organizationId, id);
    if (input.email !== undefined || input.isArchived === false) await takeItems(tx, actor, id);
  });
  return id;
}

/** PNG; null takes it away. Batches that were handed in keep the one they have. */
export async function changeSignature(
  app: App,
  actor: Actor,
  idOrNumber: string,
  png: Uint8Array | null,
): Promise<string> {
  requirePermission(actor, 'users:update');
  if (png) await importArt('image/png', png);
  const { organizationId } = actor;
  const { id } = await find(app, organizationId, idOrNumber);
  const kind = png ? 'member.signature_set' : 'member.signature_removed';
  await change(app, actor, kind, id, (tx) => storeSignature(tx, organizationId, id, png && Buffer.from(png)));
  return id;
}

async function find(app: App, organizationId: string, idOrNumber: string): Promise<MemberRow> {
  const member = await app.db.organization(organizationId, (tx) => findMember(tx, organizationId, idOrNumber));
  if (!member) throw notFound('member', idOrNumber);
  return member;
}

async function proveAddress(tx: Tx, organizationId: string, email: string, ownId: string | null): Promise<void> {
  if (!isEmailAddress(email)) throw invalidInput('the member is not valid', [{ path: 'email', code: 'not_an_email' }]);
  if (await findMemberByEmail(tx, organizationId, email, ownId)) throw taken();
}

const taken = () =>
  invalidInput('the member is not valid', [
    { path: 'email', code: 'invalid', params: { reason: 'another member has this address' } },
  ]);

async function change(
  app: App,
  { organizationId, label }: Actor,
  kind: string,
  subjectId: string,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  try {
    await app.db.organization(organizationId, async (tx) => {
      await work(tx);
      await recordEvent(tx, { organizationId, subject: 'member', subjectId, kind, actor: label, data: {} });
    });
  } catch (error) {
    // Two were added in the same instant.
    if ((error as { constraint?: string }).constraint === 'member_organization_id_email_key') throw taken();
    throw error;
  }
}
