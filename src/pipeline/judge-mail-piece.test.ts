/** What becomes of one recipient: an address that cannot be drawn fails alone. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { App } from '../app.ts';
import type { JudgedJob } from './judge-mail-job.ts';
import { pieceJudge } from './judge-mail-piece.ts';

const app = { mailPrices: {}, config: { MAIL_ADDRESS_CAPITALS: false } } as unknown as App;
const job = { id: 'j', sheets: 1, product: null, fault: null } as unknown as JudgedJob;
const address = {
  name: 'Grace Hopper',
  organization: '',
  address1: '1 Navy Way',
  address2: '',
  address3: '',
  city: 'Arlington',
  state: 'VA',
  postalCode: '22201',
  country: '',
};

test('a character without a glyph is named where it stands, and the piece costs nothing', () => {
  const judge = pieceJudge(app, job);
  const drawn = judge({ uniqueId: '', address }, 1);
  assert.deepEqual([drawn.status, drawn.kind, drawn.issues], ['accepted', 'standard', null]);
  const failed = judge({ uniqueId: '', address: { ...address, address1: '1 Navy 🎉 Way' } }, 2);
  assert.deepEqual([failed.status, failed.kind, failed.price, failed.sheets], ['failed', 'non_mailable', 0, 0]);
  assert.deepEqual(failed.issues, [
    { path: 'address1', code: 'missing_glyph', params: { character: '🎉', codePoint: 'U+1F389' } },
  ]);
});
