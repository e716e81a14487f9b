/** Every one of the naughty strings as the name in a real mail. */

import { after, before } from 'node:test';
import { testTable } from '../run-table.ts';
import { naughtyNames } from './names.ts';
import { openPost, type Post } from './send.ts';

let post: Post;
before(async () => {
  post = await openPost();
});
after(() => post?.[Symbol.asyncDispose]());

testTable({
  name: 'mail: the big list of naughty strings as names',
  from: 'big-list-of-naughty-strings 1.0.0 (MIT)',
  feed: (row) => post.send(row),
  entries: naughtyNames,
});
