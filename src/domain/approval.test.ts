/** Whose turn it is, and what a link's token is worth. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { askedTooEarly, dueApprovals } from './approval.ts';
import { approvalToken, linkIdOf } from './approval-link.ts';
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

test('a token leads back to its link under the same key only, and no changed character survives', () => {
  const key = randomBytes(32);
  for (let round = 0; round < 50; round++) {
    const id = randomUUID();
    const token = approvalToken(key, id);
    assert.match(token, /^[A-Za-z0-9_-]{64}$/);
    assert.equal(token, approvalToken(key, id));
    assert.equal(linkIdOf(key, token), id);
    assert.equal(linkIdOf(randomBytes(32), token), undefined);
    const at = (round * 7) % 64;
    const other = token[at] === 'A' ? 'B' : 'A';
    assert.equal(linkIdOf(key, token.slice(0, at) + other + token.slice(at + 1)), undefined);
  }
  for (const wrong of ['', 'x', '='.repeat(64), 'é'.repeat(64), 'A'.repeat(64), 'A'.repeat(10_000)])
    assert.equal(linkIdOf(key, wrong), undefined);
});
