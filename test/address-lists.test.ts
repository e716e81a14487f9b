/** Address lists: stored as they come, judged once, seen by their account alone, thrown away when nobody uses them. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OrderedPiece } from '../src/domain/mail-order.ts';
import type { Actor } from '../src/domain/permissions.ts';
import type { AddressInput } from '../src/domain/postal-address.ts';
import { ChanceryError, type ErrorCode } from '../src/errors.ts';
import { createAddressList } from '../src/usecases/address-lists/create-address-list.ts';
import { deleteAddressList, sweepAddressLists } from '../src/usecases/address-lists/delete-address-list.ts';
import { getAddressList, readAddresses } from '../src/usecases/address-lists/get-address-list.ts';
import { createMailAccount } from '../src/usecases/mail-accounts/create-mail-account.ts';
import { openTestApp, type Tenant, type TestApp } from './support/open-test-app.ts';

let own: TestApp;
let tenant: Tenant;
let actor: Actor;

before(async () => {
  own = await openTestApp({ environment: { MAX_ROWS: '5000' } });
  tenant = await own.addTenant();
  actor = await account(tenant);
});
after(async () => await own?.[Symbol.asyncDispose]());

let made = 0;
async function account({ actor: maker, organizationId }: Tenant): Promise<Actor> {
  const { row } = await createMailAccount(own.app, maker, { username: `lists-${made++}` });
  const { id, username } = row;
  return { ...maker, organizationId, account: { id, username, returnAddress: null, rateLimit: null } };
}

const flint: AddressInput = {
  name: 'Ann\u2028Example',
  organization: '',
  address1: '1 College Way',
  address2: '',
  address3: '',
  city: 'Flint',
  state: 'MI',
  postalCode: '48502',
  country: '',
};
const piece = (more: Partial<AddressInput> = {}, uniqueId = ''): OrderedPiece => ({
  uniqueId,
  address: { ...flint, ...more },
});
async function* these(...pieces: OrderedPiece[]): AsyncGenerator<OrderedPiece> {
  yield* pieces;
}
const nothing = () => ({ name: '', terms: {} });
const isCode = (code: ErrorCode) => (error: unknown) => error instanceof ChanceryError && error.code === code;
const create = (...pieces: OrderedPiece[]) =>
  createAddressList(own.app, actor, these(...pieces), () => ({ name: 'Alumni', terms: { addressMappingId: '1' } }));

test('a list is counted by kind and read back as it came', async () => {
  const pieces = [
    piece({}, 'a-1'),
    piece({ city: '' }),
    piece({ country: 'Germany', state: '', postalCode: '10115', city: 'Berlin' }),
    piece({ postalCode: '1' }),
    piece({ name: 'Ann 🎉 Example' }),
    piece(),
  ];
  const list = await create(...pieces);
  assert.deepEqual(list.counts, { standard: 2, non_standard: 1, international: 1, non_mailable: 2 });
  assert.equal(list.total, 6);
  const found = await getAddressList(own.app, actor, list.number);
  assert.deepEqual(found, list);
  assert.deepEqual(await Array.fromAsync(readAddresses(own.app, found)), pieces);
});

test('other accounts, other organizations and the other mode do not see it', async () => {
  const { number } = await create(piece());
  const { organizationId } = tenant;
  const stranger = await own.addTenant();
  const others: Actor[] = [await account(tenant), await account(stranger), stranger.actor, { ...actor, test: true }];
  for (const other of others) await assert.rejects(getAddressList(own.app, other, number), isCode('not_found'));
  assert.equal((await getAddressList(own.app, tenant.actor, number)).organizationId, organizationId);
  for (const number of [0, -1, 1.5, 2 ** 31, Number.NaN])
    await assert.rejects(getAddressList(own.app, actor, number), isCode('not_found'));
});

test('none, too many, and a source that fails half-way leave nothing behind', async () => {
  const before = await own.blobFiles('');
  await assert.rejects(create(), isCode('invalid_input'));
  await assert.rejects(create(...Array.from({ length: 5_001 }, () => piece())), isCode('invalid_input'));
  async function* broken() {
    yield piece();
    throw new ChanceryError('invalid_input', 'cut off');
  }
  await assert.rejects(createAddressList(own.app, actor, broken(), nothing), isCode('invalid_input'));
  await assert.rejects(
    createAddressList(own.app, { ...actor, scopes: ['mailings:view'] }, these(piece()), nothing),
    isCode('forbidden'),
  );
  assert.deepEqual(await own.blobFiles(''), before);
  assert.deepEqual(await own.sql('select from address_list where ready_at is null and deleted_at is null'), []);
});

test('a deleted list is gone, its addresses first', async () => {
  const { number, id } = await create(piece());
  await deleteAddressList(own.app, actor, number);
  assert.deepEqual(await own.blobFiles(`address-lists/${id}`), []);
  await assert.rejects(getAddressList(own.app, actor, number), isCode('not_found'));
  await assert.rejects(deleteAddressList(own.app, actor, number), isCode('not_found'));
});

test('the sweeper takes what nobody used for long, and what was never stored to its end', async () => {
  const [kept, old, used] = [await create(piece()), await create(piece()), await create(piece())];
  const back = `update address_list set created_at = created_at - interval '40 days'`;
  await own.sql(`${back} where id = any($1)`, [[old.id, used.id]]);
  await own.sql('update address_list set used_at = clock_timestamp() where id = $1', [used.id]);
  const half = `insert into address_list (id, organization_id, test, name, created_at)
    select gen_random_uuid(), $1, false, 'half', clock_timestamp() - at from unnest(array[interval '2 days', interval '2 hours']) at`;
  await own.sql(half, [tenant.organizationId]);
  assert.equal(await sweepAddressLists(own.app, 30), 2);
  await getAddressList(own.app, actor, kept.number);
  await getAddressList(own.app, actor, used.number);
  await assert.rejects(getAddressList(own.app, actor, old.number), isCode('not_found'));
  assert.equal(await sweepAddressLists(own.app, 30), 0);
});
