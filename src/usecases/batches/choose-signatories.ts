/** Who signs a batch: the people named in the request, else the template's defaults. */

import type { BatchSignatory } from '../../db/batches.ts';
import { findMembers, type MemberRow, readMembers } from '../../db/members.ts';
import type { Tx } from '../../db/open.ts';
import { readDefaultSignatories, type TemplateRow } from '../../db/templates.ts';
import type { Issue, IssueCode } from '../../domain/issue.ts';

export interface ChosenSignatory {
  /** The client's own number for this entry; faults stand under `signatories.<at>`. */
  at: number;
  /** UUIDs or numbers, all of the same person. None where the door could not read them and has said so. */
  members: string[];
  /** From 1; null likewise. */
  slot: number | null;
}

interface Wanted {
  /** Where faults of the person stand. */
  path: string;
  slot: number | null;
  /** What was asked for, one way of writing each; none if nothing that could be read. */
  named: string[];
  /** Who is meant by each of them. */
  members: (MemberRow | undefined)[];
  autoApprove: boolean;
}

/** The signatories, who count only where nothing is wrong, and what is wrong with them. A template without places ignores what is asked for; without a template only the order is judged. */
export async function judgeSignatories(
  tx: Tx,
  organizationId: string,
  template: Pick<TemplateRow, 'id' | 'slots'> | undefined,
  chosen: ChosenSignatory[] = [],
): Promise<{ signatories: BatchSignatory[]; issues: Issue[] }> {
  const slots = template?.slots;
  if (slots?.length === 0) return { signatories: [], issues: [] };
  const wanted =
    chosen.length > 0 || !template
      ? await resolveChosen(tx, organizationId, chosen)
      : await resolveDefaults(tx, organizationId, template.id);
  const issues = [...sameMemberFaults(wanted), ...orderFaults(chosen)];
  if (!slots) return { signatories: [], issues };
  issues.unshift(...countFaults(wanted.length, slots.length));
  issues.push(...wanted.flatMap(memberFaults));
  return { signatories: wanted.flatMap(signatoryOf), issues };
}

function countFaults(found: number, expected: number): Issue[] {
  if (found === 0) return [{ path: 'signatories', code: 'required' }];
  return found === expected ? [] : [{ path: 'signatories', code: 'wrong_count', params: { found, expected } }];
}

/** However they are named; people who do not exist are told apart by what they are called. */
function sameMemberFaults(wanted: Wanted[]): Issue[] {
  const people = wanted.flatMap(({ named, members: [member] }) => (named.length > 0 ? [member?.id ?? named[0]] : []));
  return new Set(people).size < people.length ? [{ path: 'signatories', code: 'same_member' }] : [];
}

function orderFaults(chosen: ChosenSignatory[]): Issue[] {
  const issues: Issue[] = [];
  const fault = (at: number, code: IssueCode, position: number) =>
    issues.push({ path: `signatories.${at}.index`, code, params: { position } });
  const placed = chosen.flatMap(({ at, slot }) => (slot === null ? [] : [{ at, slot }]));
  // A position that cannot be read may be the one that is missing.
  if (placed.length < chosen.length) return [];
  const sorted = placed.toSorted((a, b) => a.slot - b.slot);
  const [first, lowest] = [placed[0], sorted[0]];
  if (first && lowest && lowest.slot !== 1) fault(first.at, 'not_from_one', lowest.slot);
  const gap = sorted.find(({ slot }, at) => at > 0 && slot !== (sorted[at - 1] as { slot: number }).slot + 1);
  if (gap) fault(gap.at, 'position_gap', gap.slot);
  return issues;
}

function memberFaults({ path, named, members }: Wanted): Issue[] {
  const [member] = members;
  if (named.length === 0) return [];
  if (members.some((one) => !one)) return [{ path, code: 'no_such_member' }];
  if (members.some((one) => one?.id !== member?.id)) return [{ path, code: 'two_members' }];
  const params = { name: nameOf(member as MemberRow) };
  if (member?.isArchived) return [{ path, code: 'archived_member', params }];
  return member?.hasSignature ? [] : [{ path, code: 'no_signature', params }];
}

function signatoryOf({ slot, members: [member], autoApprove }: Wanted): BatchSignatory[] {
  if (slot === null || !member) return [];
  const designation = member.signatoryDesignation ?? '';
  return [{ slot, memberId: member.id, name: nameOf(member), designation, autoApprove }];
}

const nameOf = (member: MemberRow) => member.signatoryName ?? `${member.firstName} ${member.lastName}`;

async function resolveDefaults(tx: Tx, organizationId: string, templateId: string): Promise<Wanted[]> {
  const defaults = await readDefaultSignatories(tx, organizationId, templateId);
  const ids = defaults.map(({ memberId }) => memberId);
  const found = await readMembers(tx, organizationId, ids);
  return defaults.map(({ slot, memberId, autoApprove }) => {
    const members = [found.find(({ id }) => id === memberId)];
    return { path: 'signatories', slot, named: [memberId], members, autoApprove };
  });
}

async function resolveChosen(tx: Tx, organizationId: string, chosen: ChosenSignatory[]): Promise<Wanted[]> {
  const plain = (text: string) => (/^\d+$/.test(text) ? String(Number(text)) : text.toLowerCase());
  const all = chosen.flatMap(({ members }) => members.map(plain));
  const found = all.length > 0 ? await findMembers(tx, organizationId, all) : [];
  const people = new Map(
    found.flatMap((member) => [[member.id, member] as const, [String(member.number), member] as const]),
  );
  return chosen.map(({ at, slot, members }) => {
    const named = members.map(plain);
    const meant = named.map((one) => people.get(one));
    return { path: `signatories.${at}.user_uuid`, slot, named, members: meant, autoApprove: false };
  });
}
