/** What carriers' words mean. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOfWords, mailEventKinds } from './mail-event.ts';

const texts: Record<string, string | undefined> = {
  Printed: 'printed',
  'Pre-Shipment Info Sent to USPS, USPS Awaiting Item': 'printed',
  'Manifest sent': 'printed',
  'Shipping Label Created': 'printed',
  'Accepted by USPS facility': 'accepted',
  'USPS in possession of item': 'accepted',
  Acceptance: 'accepted',
  Mailed: 'accepted',
  'Arrived at USPS Regional Facility': 'in_transit',
  'Departed USPS Facility': 'in_transit',
  'Final sort / trayed': 'in_transit',
  'Origin processing': 'in_transit',
  'In Transit to Next Facility': 'in_transit',
  'Missent, rerouted': 'in_transit',
  Forwarded: 'forwarded',
  'Forwarded to a different address': 'forwarded',
  'OUT FOR DELIVERY': 'out_for_delivery',
  'Delivery attempted - no access': 'out_for_delivery',
  'Notice Left (No Authorized Recipient Available)': 'out_for_delivery',
  'Delivered, Front Door/Porch': 'delivered',
  '  delivered ': 'delivered',
  Refused: 'refused',
  'Delivery refused by addressee': 'refused',
  'Undeliverable as Addressed': 'returned',
  'Returned to Sender': 'returned',
  'Addressee not known': 'returned',
  'Unable to forward': 'returned',
  'Delivered, To Original Sender': 'returned',
  'Attempted - Not Known': 'returned',
  'Electronic return receipt available; delivered': 'delivered',
  'Label Created, not yet in system': 'printed',
  'Returned, not forwarded': 'returned',
  'Not delivered': undefined,
  'Not accepted': undefined,
  'Not yet printed': undefined,
  'not mailed': undefined,
  'Something else': undefined,
  '': undefined,
};

for (const [text, kind] of Object.entries(texts))
  test(`"${text}" is ${kind ?? 'not known'}`, () => assert.equal(kindOfWords(text), kind));

test('every kind is meant by some words', () => {
  assert.deepEqual(
    mailEventKinds.filter((kind) => !Object.values(texts).includes(kind)),
    [],
  );
});

test('words of any length are looked at quickly', () => {
  const began = performance.now();
  for (const text of ['not '.repeat(50_000), 'deliver '.repeat(50_000), 're'.repeat(50_000)]) kindOfWords(text);
  assert.ok(performance.now() - began < 2_000);
});
