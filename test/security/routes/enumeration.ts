/** Nobody finds a certificate by guessing: neighbours and prefixes of an id lead nowhere, and no id tells of another. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPublicItem } from '../../../src/usecases/documents/read-document.ts';
import { call, doors, isThorough, victim } from './world.ts';

const { itemId, vaultId } = victim.ids as Record<string, string>;
const pathOf = (id: string) => `/credential/${encodeURIComponent(id)}`;

/** The id so many steps further, as a number of 128 bits. */
function neighbour(id: string, steps: bigint): string {
  const number = BigInt.asUintN(128, BigInt(`0x${id.replaceAll('-', '')}`) + steps);
  const digits = number.toString(16).padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Steps of one at either end and in each of the id's parts. */
function* neighbours(id: string, count: number): Generator<string> {
  for (let step = 1; step <= count / 4; step++)
    for (const shift of [0n, 48n, 64n, 96n]) yield neighbour(id, BigInt(step) << shift);
}

test('neighbours of an id are nobody’s', async () => {
  assert.equal((await call('GET', pathOf(itemId as string))).status, 200);
  const isThere = (id: string) =>
    findPublicItem(doors.test.app, id).then(
      () => true,
      ({ code }: { code?: string }) => assert.equal(code, 'not_found'),
    );
  assert.equal(await isThere(itemId as string), true);
  let tried = 0;
  const pending: Promise<unknown>[] = [];
  for (const id of neighbours(itemId as string, isThorough ? 100_000 : 1_000)) {
    pending.push(isThere(id).then((found) => assert.ok(!found, id)));
    tried++;
    if (pending.length === 20) await Promise.all(pending.splice(0));
  }
  await Promise.all(pending);
  assert.ok(tried >= 1_000);
});

test('a part of an id, or one in another dress, is nobody’s', async () => {
  for (const id of [itemId, vaultId] as string[]) {
    const parts = Array.from({ length: 36 }, (_, length) => id.slice(0, length)).slice(1);
    const dressed = [
      `${id}%`,
      `${id} `,
      `{${id}}`,
      `${id.slice(0, -1)}_`,
      `${id.slice(0, -1)}%`,
      id.replaceAll('-', ''),
      `urn:uuid:${id}`,
      `${id}\n`,
    ];
    for (const one of [...parts, ...dressed]) assert.equal((await call('GET', pathOf(one))).status, 404, one);
  }
});

test('ids are random in all their parts: those of one batch and one second share nothing', async () => {
  const rows = await doors.test.sql<{ id: string }>('select id from item');
  assert.ok(rows.length > 10);
  for (const part of [0, 1, 2, 3, 4]) {
    const parts = rows.map(({ id }) => id.split('-')[part] as string);
    const length = (parts[0] as string).length;
    const possible = new Set(parts).size;
    if (length >= 8) assert.equal(possible, rows.length, `part ${part}`);
    else assert.ok(possible > rows.length / 2, `part ${part}: ${parts.join()}`);
  }
});
