/** Administrative commands beside a running server that has its own PostgreSQL: they join it instead of asking that it be stopped. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compileCache } from './support/compile-cache.ts';
import { startHost } from './support/test-host.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const dataDirectory = await mkdtemp(join(tmpdir(), 'chancery-beside-'));
// PostgreSQL needs a moment to notice that its owner is gone.
after(() => rm(dataDirectory, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }));

async function chancery(...args: string[]) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { ...compileCache, PATH, HOME, CHANCERY_DATA: dataDirectory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = (await Promise.all(
    [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString('utf8')),
  )) as [string, string];
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)));
  return { code, out, err };
}

test('beside the server, organizations and tokens are made, used and revoked, and keys are rotated', async () => {
  await using host = startHost('serve', { url: '', dataDirectory }, { DEMO: '0' });
  const url = (await host.ready)?.url as string;
  const made = await chancery(
    ...['organization-create', '--name', 'One', '--url', 'https://one.example', '--sender', 'a@one.example'],
  );
  assert.deepEqual([made.code, made.err], [0, '']);
  const did = await fetch(`${url}/organizations/${made.out.trim()}/did.json`);
  assert.match(await did.text(), new RegExp(encodeURIComponent(new URL(url).host)), 'named by the server’s address');

  const created = await chancery('token', 'create', '--name', 'first', '--scope', 'credits:view', '--json');
  assert.equal(created.code, 0, created.err);
  const { id, token } = JSON.parse(created.out) as { id: string; token: string };
  const ask = async () =>
    (await fetch(`${url}/chancery/v1/credits`, { headers: { authorization: `Bearer ${token}` } })).status;
  assert.equal(await ask(), 200);
  const listed = await chancery('token', 'list');
  assert.match(listed.out, new RegExp(`^${id}  live  valid .* first  credits:view$`, 'm'));
  assert.equal((await chancery('token', 'revoke', id)).code, 0);
  assert.equal(await ask(), 401, 'the server heard of it');
  assert.equal((await chancery('signing-key-rotate')).code, 0);

  const second = await chancery(
    ...['organization-create', '--name', 'Two', '--url', 'https://two.example', '--sender', 'a@two.example'],
  );
  assert.equal(second.code, 0, second.err);
  const unclear = await chancery('token', 'list');
  assert.deepEqual([unclear.code, unclear.out], [1, '']);
  assert.match(unclear.err, /--organization[\s\S]*One[\s\S]*Two/);
  assert.equal((await chancery('token', 'list', '--organization', 'Two')).code, 0);
  for (const args of [['token', 'create', '--organization', 'Two'], ['token', 'revoke'], ['token', 'lose'], ['token']])
    assert.equal((await chancery(...args)).code, 64, args.join(' '));
  const refused = await chancery('token', 'create', '--organization', 'Two', '--name', 'n', '--scope', 'batches:steal');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /unknown permissions: batches:steal/);
});

test('a server whose database cannot be joined is named, and nothing is changed', async () => {
  await using host = startHost('serve', { url: '', dataDirectory }, { DEMO: '0' });
  await host.ready;
  await writeFile(join(dataDirectory, 'postgres', 'password'), 'wrong\n');
  const { code, out, err } = await chancery('token', 'list');
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /cannot be reached: password authentication failed/);
});
