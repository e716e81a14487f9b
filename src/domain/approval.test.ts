/** Whose turn it is, and what a link's token is worth. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedTooEarly, dueApprovals } from './approval.ts';
import type { Status } from './lifecycle.ts';

const places = (...statuses: Status<'approval'>[]) => statuses.map((status, at) => ({ slot: at + 1, status }));
const slots = (approvals: { slot: number }[]) => approvals.map(({ slot }) => slot);

test('without an order everyone who waits is due, in order the first who has not approved', () => {
  assert.deepEqual(slots(dueApprovals(places('waiting', 'approved', 'waiting'), 'any')), [1, 3]);
  assert.deepEqual(slots(dueApprovals(places('waiting', 'approved', 'waiting'), 'sequential')), [1]);
  assert.deepEqual(slots(dueApprovals(places('approved', 'approved', 'waiting'), 'sequential')), [3]);
  assert.deepEqual(slots(dueApprovals(places('pending', 'waiting'), 'sequential')), []);
  assert.deepEqual(slots(dueApprovals(places('approved', 'approved'), 'sequential')), []);
  assert.deepEqual(slots(dueApprovals(places('waiting', 'waiting').reverse(), 'sequential')), [1]);
});

test('in order, whoever was asked behind somebody who has to be asked again was asked too early', () => {
  assert.deepEqual(slots(askedTooEarly(places('waiting', 'pending', 'waiting'), 'sequential')), [2]);
  assert.deepEqual(slots(askedTooEarly(places('approved', 'pending'), 'sequential')), []);
  assert.deepEqual(slots(askedTooEarly(places('waiting', 'pending'), 'any')), []);
});
