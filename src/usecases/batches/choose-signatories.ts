/** Who signs a batch: the people named in the request, else the template's defaults. */

import type { BatchSignatory } from '../../db/batches.ts';
import { findMember, readMembers } from '../../db/members.ts';
import type { Tx } from '../../db/open.ts';
import { readDefaultSignatories, type TemplateRow } from '../../db/templates.ts';
import type { Issue } from '../../domain/issue.ts';
import { signatorySlots } from '../../domain/template.ts';
import { invalidInput } from '../../errors.ts';

export interface ChosenSignatory {
  /** UUID or number. */
  member: string;
  /** From 1. */
  slot: number;
}

/** A template without slots ignores what is asked for. Throws `invalid_input` at `signatories`. */
export async function chooseSignatories(
  tx: Tx,
  organizationId: string,
  template: TemplateRow,
  chosen?: ChosenSignatory[],
): Promise<BatchSignatory[]> {
  const slots = signatorySlots(template.content);
  if (slots.length === 0) return [];
  const wanted = chosen?.length
    ? await resolveChosen(tx, organizationId, chosen)
    : await readDefaultSignatories(tx, organizationId, template.id);
  const members = await readMembers(
    tx,
    organizationId,
    wanted.map((one) => one.memberId),
  );
  const issues: Issue[] = [];
  const fault = (path: string, reason: string) => issues.push({ path, code: 'invalid', params: { reason } });
  if (wanted.length === 0) issues.push({ path: 'signatories', code: 'required' });
  else if (wanted.length !== slots.length || slots.some((slot) => !wanted.some((one) => one.slot === slot)))
    fault('signatories', `the template has ${slots.length} signatory places`);
  const signatories = wanted.map((one, at) => {
    const member = members.find(({ id }) => id === one.memberId);
    if (!member || member.isArchived) fault(`signatories.${at}.user_uuid`, 'is not a member who can sign');
    else if (!member.hasSignature) fault(`signatories.${at}.user_uuid`, 'has no signature on file');
    const name = member?.signatoryName ?? `${member?.firstName} ${member?.lastName}`;
    return {
      slot: one.slot,
      memberId: one.memberId,
      name,
      designation: member?.signatoryDesignation ?? '',
      autoApprove: one.autoApprove,
    };
  });
  if (new Set(wanted.map((one) => one.memberId)).size < wanted.length)
    fault('signatories', 'the same person cannot sign twice');
  if (issues.length > 0) throw invalidInput('the signatories do not fit the template', issues);
  return signatories;
}

async function resolveChosen(tx: Tx, organizationId: string, chosen: ChosenSignatory[]) {
  const resolved: { slot: number; memberId: string; autoApprove: boolean }[] = [];
  // At most ten places, so one look-up each.
  for (const { member, slot } of chosen.slice(0, 10)) {
    const found = await findMember(tx, organizationId, member);
    resolved.push({ slot, memberId: found?.id ?? '00000000-0000-0000-0000-000000000000', autoApprove: false });
  }
  return resolved;
}
