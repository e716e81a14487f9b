/** E2, F7, F9, F10: each call of the belt to its database and its files fails once, before or after it was done or half way; every batch ends as if none had. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { openNthCallBelt } from '../support/nth-call-belt.ts';

const belt = await openNthCallBelt(10);
after(() => belt[Symbol.asyncDispose]());

for (const [layer, when, atLeast] of [
  ['database', 'before', 60],
  ['database', 'after', 60],
  ['files', 'before', 8],
  ['files', 'after', 8],
  ['files', 'half', 8],
] as const)
  test(`every call to the ${layer} fails once (${when}), until a batch is done without the fault: each ends the same`, async (t) => {
    let n = 1;
    while (await belt.failNth(layer, n, when)) n += 1;
    t.diagnostic(`${n - 1} calls`);
    assert.ok(n > atLeast, `there were only ${n - 1} calls`);
    await belt.assertWhole();
  });
