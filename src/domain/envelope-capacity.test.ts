/** Which envelope takes how many sheets, and what is said where none does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitEnvelope } from './envelope-capacity.ts';

const envelope = (name: string, capacity: number) => ({ name, capacity, hasReturnWindow: true });
const letter = { name: 'Letter', maxSheets: 47, duplex: false };
const small = envelope('#10', 5);
const wide = envelope('Flat', 47);

test('the first that takes the sheets is taken', () => {
  const product = { ...letter, envelopes: [small, wide] };
  assert.deepEqual(fitEnvelope(product, 5), { envelope: small, fault: null });
  assert.deepEqual(fitEnvelope(product, 6), { envelope: wide, fault: null });
});

test('where none does a sentence names the bound and what to do', () => {
  const one = { ...letter, envelopes: [small] };
  assert.deepEqual(fitEnvelope(one, 6), {
    envelope: null,
    fault: '#10 takes at most 5 sheets; this job has 6: choose a larger envelope, or print on both sides.',
  });
  assert.match(fitEnvelope({ ...one, duplex: true }, 6).fault as string, /: choose a larger envelope\.$/);
  const several = { ...letter, maxSheets: 100, envelopes: [small, wide] };
  assert.match(
    fitEnvelope(several, 48).fault as string,
    /^The largest of its envelopes, Flat, takes at most 47 sheets/,
  );
});

test('what is mailed as it is has its own bound', () => {
  const card = { name: 'Postcard', maxSheets: 1, duplex: true, envelopes: [] };
  assert.deepEqual(fitEnvelope(card, 1), { envelope: null, fault: null });
  assert.equal(fitEnvelope(card, 2).fault, 'Postcard takes at most 1 sheet; this job has 2.');
});
