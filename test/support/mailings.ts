/** Accounts and orders of the post, made by hand. */

import { randomUUID } from 'node:crypto';
import type { OrderFacts, OrderLine } from '../../src/domain/mail-order.ts';
import type { Actor } from '../../src/domain/permissions.ts';
import type { AddressInput } from '../../src/domain/postal-address.ts';
import type { HandedInFile } from '../../src/usecases/mailings/keep-document.ts';
import type { Tenant, TestApp } from './open-test-app.ts';

/** Logged in; staging where `test`. */
export async function addMailAccount(belt: TestApp, tenant: Tenant, options: { test?: boolean } = {}): Promise<Actor> {
  const id = randomUUID();
  const test = options.test ?? false;
  const username = `post-${id.slice(0, 8)}`;
  await belt.sql(
    `insert into mail_account (id, organization_id, username, password_hash, mode) values ($1, $2, $3, 'x', $4)`,
    [id, tenant.organizationId, username, test ? 'test' : 'live'],
  );
  const account = { id, username, returnAddress: null, rateLimit: null };
  return { ...tenant.actor, test, label: `mail_account:${id}`, account };
}

export const fileOf = (bytes: Uint8Array): HandedInFile => ({
  size: bytes.length,
  async *open() {
    yield bytes;
  },
});

export const anywhere = (name: string, more: Partial<AddressInput> = {}): AddressInput => ({
  name,
  organization: '',
  address1: '12 Main St',
  address2: '',
  address3: '',
  city: 'Flint',
  state: 'MI',
  postalCode: '48502',
  country: '',
  ...more,
});

export const factsOf = (lines: readonly OrderLine[]): OrderFacts => ({
  jobs: lines.filter((line) => 'job' in line).length,
  pieces: lines.filter((line) => 'piece' in line).length,
  filename: 'letter.pdf',
  appSignature: '',
  unknown: [],
});

export async function* linesOf(lines: Iterable<OrderLine>): AsyncGenerator<OrderLine> {
  yield* lines;
}
