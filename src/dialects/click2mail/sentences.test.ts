/** What is said of the elements that a client sent: by the names it gave them, whatever these are. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { issueSentence } from './sentences.ts';

test('a name that means something to JavaScript is shown as it came', () => {
  for (const path of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const said = issueSentence({ path, code: 'invalid', params: { reason: 'it is not known' } });
    assert.match(said, new RegExp(`^${path} is not valid: it is not known\\.$`, 'i'));
  }
});
