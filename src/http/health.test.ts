/** What a monitor reads is true at the moment it asks. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import type { App } from '../app.ts';
import { registerHealth } from './health.ts';

function fakeApp() {
  const state = { isUp: true, batches: [{ status: 'processing', count: 2 }], waiting: 5 };
  const ask = async <T>(answer: () => T) => {
    if (!state.isUp) throw new Error('connect ECONNREFUSED secret-host');
    return answer();
  };
  const mails = { sent: 1, failed: 0, open: 3 };
  const app = {
    config: { METRICS: true },
    instance: { halt: undefined },
    queue: { depth: () => ask(() => ({ belt: { waiting: state.waiting, active: 1 } })) },
    db: {
      owner: () => ask(() => ({ batches: state.batches, issued: 7, failed: 1, mails })),
      ownerQuery: () => ask(() => ({ rows: [], rowCount: 0 })),
    },
  };
  return { app: app as unknown as App, state };
}

async function openServer(app: App) {
  const server = fastify();
  await server.register(async (scope) => registerHealth(scope, app));
  return server;
}

test('metrics are those of this moment, from the first time they are read', async () => {
  const { app, state } = fakeApp();
  await using server = await openServer(app);
  const first = (await server.inject('/metrics')).body;
  for (const line of [
    'chancery_batches{status="processing"} 2',
    'chancery_items{outcome="issued"} 7',
    'chancery_mails{outcome="open"} 3',
    'chancery_jobs{queue="belt",state="waiting"} 5',
  ])
    assert.ok(first.includes(`\n${line}\n`), line);
  state.batches = [{ status: 'completed', count: 2 }];
  const second = (await server.inject('/metrics')).body;
  assert.ok(second.includes('\nchancery_batches{status="completed"} 2\n'));
  assert.ok(second.includes('\nchancery_batches{status="processing"} 0\n'), 'nothing is left of what was');
});

test('without its database the server lives, is not ready, and says nothing about why', async () => {
  const { app, state } = fakeApp();
  state.isUp = false;
  await using server = await openServer(app);
  assert.equal((await server.inject('/livez')).statusCode, 200);
  for (const url of ['/readyz', '/metrics']) {
    const answer = await server.inject(url);
    assert.equal(answer.statusCode, 503, url);
    assert.equal(answer.headers['retry-after'], '2');
    assert.ok(!answer.body.includes('secret-host'));
  }
});
