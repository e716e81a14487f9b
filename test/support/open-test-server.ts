/** The whole application behind its HTTP server on a free port of this machine; nothing of it outlives the test. */

import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import type { KeyMode } from '../../src/domain/api-key.ts';
import { buildServer } from '../../src/http/server.ts';
import { createApiKey } from '../../src/usecases/api-keys/create-api-key.ts';
import { watchAnswers } from './door-contract.ts';
import { openTestApp, type Tenant, type TestApp } from './open-test-app.ts';

export interface TestDoors extends AsyncDisposable {
  test: TestApp;
  server: FastifyInstance;
  port: number;
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** Every route of every door, as it was registered. */
  routes: { method: string; url: string; refused: boolean }[];
  /** An API key of the tenant; all permissions unless `scopes` says less. */
  key(tenant: Tenant, scopes?: string[], mode?: KeyMode): Promise<string>;
}

export async function openTestServer(
  options: Parameters<typeof openTestApp>[0] & { timeouts?: Parameters<typeof buildServer>[1] } = {},
): Promise<TestDoors> {
  const test = await openTestApp(options);
  const routes: TestDoors['routes'] = [];
  let contractFaults: string[] = [];
  const collect = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url, config }) => {
      for (const one of [method].flat()) routes.push({ method: one, url, refused: config?.refused === true });
    });
    contractFaults = watchAnswers(fastify);
  };
  // The only moment before the doors are registered.
  subscribe('fastify.initialization', collect);
  const server = await buildServer(test.app, options.timeouts).finally(() =>
    unsubscribe('fastify.initialization', collect),
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  test.app.publicUrl = url;
  return {
    test,
    server,
    routes,
    port,
    url,
    key: async ({ actor }, scopes = ['*'], mode = 'live') =>
      (await createApiKey(test.app, actor, { name: 'test', scopes, mode })).token,
    async [Symbol.asyncDispose]() {
      await server.close();
      await test[Symbol.asyncDispose]();
      assert.deepEqual(contractFaults, [], 'answers of a door that its OpenAPI document does not know');
    },
  };
}
