/** Credits as a model: random grants, reservations, charges and returns, also at the same instant, against PostgreSQL. */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Account, listLedger, moveCredits } from '../../src/db/ledger.ts';
import { grantCredits } from '../../src/usecases/credits/grant-credits.ts';
import type { Tenant, TestApp } from '../support/open-test-app.ts';
import { cases } from './runs.ts';

type Balance = Record<'available' | 'reserved' | 'spent', number>;

interface Model {
  balance: Balance;
  entries: number;
  /** Reference -> amount. */
  grants: Map<string, number>;
}

interface Real {
  belt: TestApp;
  tenant: Tenant;
}

type Command = fc.AsyncCommand<Model, Real>;

const moves = {
  reserve: ['available', 'reserved'],
  capture: ['reserved', 'spent'],
  release_produce: ['reserved', 'available'],
} as const satisfies Record<string, [Account, Account]>;
type Kind = keyof typeof moves;

async function compare(model: Model, { belt, tenant }: Real) {
  assert.deepEqual(await belt.balance(tenant), model.balance);
  const { organizationId } = tenant;
  const listed = await belt.app.db.organization(organizationId, (tx) =>
    listLedger(tx, organizationId, { limit: 1, offset: 0 }),
  );
  assert.equal(listed.total, model.entries);
}

const isLimit = (error: unknown) => (error as { code?: string }).code === 'limit_exceeded';
const isConflict = (error: unknown) => (error as { code?: string }).code === 'conflict';

const move = ({ belt, tenant: { organizationId } }: Real, kind: Kind, amount: number) =>
  belt.app.db.organization(organizationId, (tx) => {
    const [from, to] = moves[kind];
    return moveCredits(tx, { organizationId, kind, from, to, amount });
  });

function apply(model: Model, kind: Kind, amount: number): void {
  const [from, to] = moves[kind];
  model.balance[from] -= amount;
  model.balance[to] += amount;
  if (amount > 0) model.entries++;
}

const moving = (kind: Kind, amount: number): Command => ({
  check: () => true,
  async run(model, real) {
    if (amount > model.balance[moves[kind][0]]) await assert.rejects(move(real, kind, amount), isLimit);
    else {
      await move(real, kind, amount);
      apply(model, kind, amount);
    }
    await compare(model, real);
  },
  toString: () => `${kind} ${amount}`,
});

/** Of several at the same instant as many succeed as the balance holds, whichever they are. */
const crowding = (kind: Kind, amount: number, count: number): Command => ({
  check: () => true,
  async run(model, real) {
    const held = model.balance[moves[kind][0]];
    const ends = await Promise.allSettled(Array.from({ length: count }, () => move(real, kind, amount)));
    const done = ends.filter(({ status }) => status === 'fulfilled').length;
    for (const end of ends) if (end.status === 'rejected') assert.ok(isLimit(end.reason), String(end.reason));
    assert.equal(done, Math.min(count, Math.floor(held / amount)));
    for (let at = 0; at < done; at++) apply(model, kind, amount);
    await compare(model, real);
  },
  toString: () => `${count} times at once ${kind} ${amount}`,
});

const granting = (amount: number, reference: string | undefined, count: number): Command => ({
  check: () => true,
  async run(model, real) {
    const { belt, tenant } = real;
    const grant = { organizationId: tenant.organizationId, amount, reference };
    const ends = await Promise.allSettled(Array.from({ length: count }, () => grantCredits(belt.app, grant)));
    const before = reference === undefined ? undefined : model.grants.get(reference);
    const isOther = before !== undefined && before !== amount;
    for (const end of ends) {
      if (isOther) assert.ok(end.status === 'rejected' && isConflict(end.reason));
      else assert.equal(end.status, 'fulfilled');
    }
    const counted = isOther || before !== undefined ? 0 : reference === undefined ? count : 1;
    model.balance.available += counted * amount;
    model.entries += counted;
    if (reference !== undefined && before === undefined) model.grants.set(reference, amount);
    await compare(model, real);
  },
  toString: () => `${count} times at once grant ${amount} under ${reference}`,
});

const amounts = fc.integer({ min: 0, max: 20 });
const kinds = fc.constantFrom<Kind>('reserve', 'capture', 'release_produce');
const some = fc.integer({ min: 1, max: 4 });
const commands = [
  fc.tuple(kinds, amounts).map(([kind, amount]) => moving(kind, amount)),
  fc.tuple(kinds, fc.integer({ min: 1, max: 9 }), some).map(([kind, amount, count]) => crowding(kind, amount, count)),
  fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(undefined, 'a', 'b'), some)
    .map(([amount, reference, count]) => granting(amount, reference, count)),
];

export async function holdLedger(belt: TestApp, runs: number, size: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: size }), async (sequence) => {
      const tenant = await belt.addTenant({ credits: 1 });
      const model = { balance: { available: 1, reserved: 0, spent: 0 }, entries: 1, grants: new Map() };
      await fc.asyncModelRun(() => ({ model, real: { belt, tenant } }), sequence);
    }),
    cases(runs),
  );
}
