/** Fills what rows about members leave out with what is known of them, before anything is judged; what a row says always wins. */

import type { App } from '../../app.ts';
import { type RecipientProfile, readRecipientProfiles } from '../../db/recipients.ts';
import type { RawRow } from '../../domain/item.ts';
import type { ColumnPlan } from '../../ingest/columns.ts';
import { isEmailAddress } from '../../ingest/email-address.ts';

/** A value for the column from what is known of a member; undefined where nothing is. */
type Filler = (member: RecipientProfile) => string | undefined;

/**
 * The same rows in the same blocks: of a row whose address is a member's (in any case, not archived) the empty cells are filled, the name
 * with first and last name, a field from the profile by its column's header or its own name. Addresses and dates of issue and expiry never
 * are. One query for a block.
 */
export async function* fillProfiles(
  app: App,
  organizationId: string,
  plan: ColumnPlan,
  rows: AsyncIterable<RawRow[]>,
): AsyncGenerator<RawRow[]> {
  const fillers = fillersOf(plan);
  const emailAt = plan.targets.findIndex(({ to }) => to === 'email');
  const addressOf = ({ cells }: RawRow) => (cells[emailAt] ?? '').trim().normalize('NFC');
  for await (const block of rows) {
    const gaps = block.filter((row) => hasGap(row, fillers));
    const asked = [...new Set(gaps.map(addressOf))].filter(isEmailAddress);
    const found = asked.length === 0 ? [] : await read(app, organizationId, asked);
    const members = new Map(found.map((member) => [member.email, member]));
    yield members.size === 0 ? block : block.map((row) => filled(row, fillers, members.get(addressOf(row))));
  }
}

const read = (app: App, organizationId: string, emails: string[]) =>
  app.db.organization(organizationId, (tx) => readRecipientProfiles(tx, organizationId, emails), { prepared: true });

function fillersOf({ header, targets }: ColumnPlan): (Filler | undefined)[] {
  return targets.map((target, at): Filler | undefined => {
    if (target.to === 'name') return ({ firstName, lastName }) => `${firstName} ${lastName}`.trim();
    if (target.to !== 'field') return undefined;
    const names = [header[at] as string, target.field];
    return ({ profile }) => {
      const known = names.find((name) => Object.hasOwn(profile, name));
      return known === undefined ? undefined : profile[known];
    };
  });
}

/** Rows whose number of cells is wrong are left as they are, to be refused for it. */
function hasGap({ cells }: RawRow, fillers: readonly unknown[]): boolean {
  return cells.length === fillers.length && cells.some((cell, at) => fillers[at] !== undefined && cell.trim() === '');
}

function filled(row: RawRow, fillers: readonly (Filler | undefined)[], member: RecipientProfile | undefined): RawRow {
  if (!member || !hasGap(row, fillers)) return row;
  return {
    ...row,
    cells: row.cells.map((cell, at) => (cell.trim() === '' ? (fillers[at]?.(member) ?? cell) : cell)),
  };
}
