/** The mailbox is closed to other machines, however they spell its address. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import type { App } from '../app.ts';
import { openRateLimits } from '../http/rate-limits.ts';
import { registerPublic } from './index.ts';

test('only this machine opens the mailbox, whatever way its address is written', async () => {
  const app = {
    config: { hasMailbox: true },
    log: console,
    publicUrl: 'http://localhost',
    db: { anonymous: async () => [] },
  };
  await using server = fastify({ routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true } });
  await server.register(async (scope) => registerPublic(scope, app as unknown as App, openRateLimits()));
  for (const url of ['/mailbox', '/mailbox.json', '//mailbox', '/%6dailbox', '/mailbox/']) {
    const here = await server.inject({ url, remoteAddress: '127.0.0.1' });
    const elsewhere = await server.inject({ url, remoteAddress: '192.0.2.7' });
    assert.equal(here.statusCode, 200, url);
    assert.equal(elsewhere.statusCode, 404, url);
  }
});

test('a stranger’s name that points here, and a visitor that a proxy brings, find no mailbox', async () => {
  const app = {
    config: { hasMailbox: true },
    log: console,
    publicUrl: 'http://localhost',
    db: { anonymous: async () => [] },
  };
  await using server = fastify();
  await server.register(async (scope) => registerPublic(scope, app as unknown as App, openRateLimits()));
  const ask = async (headers: Record<string, string>) =>
    (await server.inject({ url: '/mailbox', remoteAddress: '127.0.0.1', headers })).statusCode;
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080']) assert.equal(await ask({ host }), 200, host);
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8080'])
    assert.equal(await ask({ host }), 404, host);
  assert.equal(await ask({ host: 'localhost', 'x-forwarded-for': '192.0.2.7' }), 404);
  assert.equal(await ask({ host: 'localhost', forwarded: 'for=192.0.2.7' }), 404);
});
