/** Hostile addresses and names, with a real mail to a real server for each that is taken. */

import { after, before } from 'node:test';
import { testTable } from '../run-table.ts';
import { addresses } from './addresses.ts';
import { names, naughtyNames } from './names.ts';
import { openPost, type Post } from './send.ts';

let post: Post;
before(async () => {
  post = await openPost();
});
after(() => post?.[Symbol.asyncDispose]());

testTable({
  name: 'mail: addresses',
  from: 'written for this project, after RFC 5321, 5322, 6531 and 5890',
  feed: (row) => post.send(row),
  entries: addresses,
});

testTable({
  name: 'mail: names',
  from: 'written for this project',
  feed: (row) => post.send(row),
  entries: names,
});

testTable({
  name: 'mail: the big list of naughty strings as names',
  from: 'big-list-of-naughty-strings 1.0.0 (MIT)',
  feed: (row) => post.send(row),
  // All of them in mail.long.ts.
  entries: naughtyNames.filter((_, at) => at % 8 === 0),
});
