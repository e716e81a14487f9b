/** E2, F7, F9, F10 in small: some of the belt's calls to database and files fail, one at a time; every batch ends as if none had. All of them: nth-call.long.ts. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { openNthCallBelt } from '../support/nth-call-belt.ts';

const belt = await openNthCallBelt();
after(() => belt[Symbol.asyncDispose]());

for (const [layer, when, calls] of [
  ['database', 'before', [17, 47]],
  ['database', 'after', [9, 40]],
  ['files', 'before', [7]],
  ['files', 'half', [4]],
] as const)
  for (const n of calls)
    test(`call ${n} to the ${layer} fails (${when}): the batch ends the same`, async (t) => {
      const struck = await belt.failNth(layer, n, when);
      assert.ok(struck, 'there were not so many calls');
      t.diagnostic(struck);
    });

test('every document is whole and no file is left over', () => belt.assertWhole());
