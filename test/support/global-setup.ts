/** Before and after the whole test run: one database server, whose address every test process inherits through its environment; and compiled code that they share. */

import { compileCache } from './compile-cache.ts';
import { prepareServer, serverVariable, type TestServer } from './template-database.ts';

let end: (() => Promise<void>) | undefined;

export async function globalSetup(): Promise<void> {
  Object.assign(process.env, compileCache);
  const server = await prepareServer();
  end = server.end;
  const facts: TestServer = { connection: server.connection, template: server.template };
  process.env[serverVariable] = JSON.stringify(facts);
}

export async function globalTeardown(): Promise<void> {
  await end?.();
}
