/** The mailbox is closed to other machines, however they spell its address. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import type { App } from '../app.ts';
import { registerPublic } from './index.ts';

test('only this machine opens the mailbox, whatever way its address is written', async () => {
  const app = { config: {}, log: console, publicUrl: 'http://localhost', db: { anonymous: async () => [] } };
  await using server = fastify({ routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true } });
  await server.register(async (scope) => registerPublic(scope, app as unknown as App));
  for (const url of ['/mailbox', '/mailbox.json', '//mailbox', '/%6dailbox', '/mailbox/']) {
    const here = await server.inject({ url, remoteAddress: '127.0.0.1' });
    const elsewhere = await server.inject({ url, remoteAddress: '192.0.2.7' });
    assert.equal(here.statusCode, 200, url);
    assert.equal(elsewhere.statusCode, 404, url);
  }
});
