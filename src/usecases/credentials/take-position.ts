/** Positions in the installation's one sequence and in an organization's status list, taken a few ahead: calls at the same time do not wait for each other's commits. */

import type { App } from '../../app.ts';
import { statusListLength } from '../../credential/status-list.ts';
import { takeReferencePositions } from '../../db/instance.ts';
import { allocateStatusPositions, type StatusListRange } from '../../db/status-lists.ts';
import type { Actor } from '../../domain/permissions.ts';
import { newStatusList } from '../batches/store-batch.ts';

/** Of one certificate. */
export interface Position {
  reference: number;
  statusList: StatusListRange;
}

interface Block {
  free: Position[];
  /** How many were taken last. */
  size: number;
  taking: Promise<void> | undefined;
}

/** Each time twice as many, so that an organization that issues once in a while wastes none and a busy one asks rarely. */
const largestBlock = 64;
const mostOrganizations = 10_000;

export type Owner = Pick<Actor, 'organizationId' | 'test'>;

/** What was taken before a quarantine is not used after it. */
const blocks = new WeakMap<App['db'], { era: number; known: Map<string, Block> }>();

/**
 * In a short transaction of its own, or without any: the row that counts references is one for the whole installation, and locked until
 * commit. What a process has taken and not used when it ends stays unused; nobody counts on positions without gaps.
 */
export async function takePosition(app: App, owner: Owner): Promise<Position> {
  const block = blockOf(app, owner);
  for (;;) {
    const position = block.free.shift();
    if (position) return position;
    block.taking ??= takeBlock(app, owner, block).finally(() => {
      block.taking = undefined;
    });
    await block.taking;
  }
}

/** Specimens have status lists of their own. */
function blockOf({ db, instance }: App, { organizationId, test }: Owner): Block {
  const name = `${organizationId} ${test}`;
  const kept = blocks.get(db);
  const known = kept?.era === instance.era ? kept.known : new Map<string, Block>();
  blocks.set(db, { era: instance.era, known });
  const block = known.get(name) ?? { free: [], size: 0, taking: undefined };
  if (known.size >= mostOrganizations && !known.has(name)) known.clear();
  known.set(name, block);
  return block;
}

async function takeBlock(app: App, { organizationId, test }: Owner, block: Block): Promise<void> {
  const count = Math.min(Math.max(1, 2 * block.size), largestBlock);
  const { ranges, first } = await app.db.organization(organizationId, async (tx) => ({
    ranges: await allocateStatusPositions(tx, organizationId, test, count, statusListLength, newStatusList),
    first: await takeReferencePositions(tx, count),
  }));
  block.size = count;
  for (const { id, secret, firstPosition, count: length } of ranges) {
    for (let at = 0; at < length; at++) {
      const statusList = { id, secret, firstPosition: firstPosition + at, count: 1 };
      block.free.push({ reference: first + block.free.length, statusList });
    }
  }
}
