/** Kill -9 while a file is uploaded to the vault: the client sends it again under its Idempotency-Key, one file is known, and one certificate is made of it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { snapshotWithClients } from '../support/hand-in.ts';
import { assertInvariants } from '../support/invariants.ts';
import { ServerLine } from '../support/server-line.ts';
import { openPlace, untilQuiet } from '../support/snapshot.ts';
import { unusedFiles } from '../support/unused-files.ts';
import { pageObjects, tablePdf } from '../support/uploaded-pdf.ts';
import { vaultClient, words } from '../support/vault.ts';
import { pointsOf } from './kill-points.ts';

test('killed when the bytes of an upload are stored and nobody knows them: sent again it is one file, and the orphan is named', async () => {
  const { snapshot, clients } = await snapshotWithClients(1);
  await using _ = { [Symbol.asyncDispose]: () => snapshot.end() };
  await using place = await openPlace(snapshot);
  const points = pointsOf('upload-crash.long.ts');
  const orphans: string[] = [];
  await using line = new ServerLine(place, {
    faults: points.map((point) => `${point}:kill`),
    died: async (faults) => {
      await assertInvariants(place.database, `after ${faults}`);
      assert.deepEqual(await place.sql('select from vault_file'), []);
      orphans.push(...(await unusedFiles(place)));
      assert.match(orphans.join(), /^prefixes\/[^,]+$/);
      // The dead request's lease; its end comes by a row here.
      await place.sql('update idempotency_key set leased_until = clock_timestamp()');
    },
  });
  const [client] = clients;
  const headers = { authorization: `Bearer ${client?.key}`, 'idempotency-key': 'one-and-only' };
  const upload = async () => {
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(tablePdf(pageObjects(1)))], { type: 'application/pdf' }), 'diploma.pdf');
    const answer = await line.ask('/business/certificate-vault/upload-file', { method: 'POST', headers, body });
    const text = await answer.text();
    assert.equal(answer.status, 201, text);
    return (JSON.parse(text) as { data: { file_id: string } }).data.file_id;
  };
  const id = await upload();
  assert.equal(line.deaths, points.length);
  assert.equal(await upload(), id, 'the same answer');
  assert.deepEqual(await place.sql('select id from vault_file'), [{ id }]);
  const vault = vaultClient(await line.url(), client?.key as string);
  const made = await vault.call('POST', '/bulk', { entries: [{ ...words, file_id: id }] });
  assert.equal(made.status, 202);
  await untilQuiet(place);
  assert.deepEqual(await place.sql('select status from item'), [{ status: 'issued' }]);
  const twice = await vault.call('POST', '/bulk', { entries: [{ ...words, file_id: id }] });
  assert.equal(twice.status, 422, 'a file is used once');
  assert.deepEqual(await unusedFiles(place), orphans, 'what is stored is known, but for the orphan');
  await assertInvariants(place.database, 'at the end');
});
