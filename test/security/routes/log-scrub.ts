/** No secret and no person reaches the log, the metrics, or an answer that says nothing: canaries in everything that is sent, and in what is done. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealId } from '../../../src/domain/sealed-id.ts';
import { createMailAccount } from '../../../src/usecases/mail-accounts/create-mail-account.ts';
import { unknownId } from '../../support/route-table.ts';
import { at, call, doors, intruder, kindBehind, logged, type Route, routesOf, victim } from './world.ts';

const { app } = doors.test;
const secretOf = async (owner: typeof victim) => {
  const answer = await call('POST', `/chancery/v1/webhooks/${owner.ids.webhookId}/rotate-secret`, { key: owner.key });
  assert.equal(answer.status, 200, answer.body);
  return (JSON.parse(answer.body) as { secret: string }).secret;
};

const word = 'Kanarienvogel';
const address = 'kanarien.vogel@voliere.example';
const password = 'Canary-Pa55word';

/** Everything that must stay out, by what it is. */
async function canaries(): Promise<Record<string, string>> {
  const { row, password: made } = await createMailAccount(app, victim.tenant.actor, {
    username: 'canary-account',
    mode: 'live',
  });
  const basic = Buffer.from(`${row.username}:${made}`).toString('base64');
  await call('GET', '/v1/batches/12', { headers: { authorization: `Basic ${basic}` } });
  return {
    word,
    address,
    password,
    'password that was made': made,
    'login as it is sent': basic,
    'name of a recipient': 'Victoria Recipient',
    'name of a signatory': 'Signer',
    'address of a recipient': '@recipient.example',
    'address of a signatory': '@signer.example',
    'course of a recipient': 'Victoria course',
    key: victim.key,
    'another key': intruder.key,
    'secret part of a key': victim.key.slice(-24),
    'webhook secret': await secretOf(victim),
    'master key': app.masterKey.toString('hex'),
    'master key in base64': app.masterKey.toString('base64'),
    'approval token': sealId(app.masterKey, 'approvalLink', victim.ids.linkId as string),
    'wallet token': sealId(app.masterKey, 'walletLink', victim.ids.walletLinkId as string),
    'wallet session': sealId(app.masterKey, 'walletSession', victim.ids.walletSessionId as string),
  };
}

const hostile = {
  name: word,
  email: address,
  password,
  token: word,
  recipients: [{ name: word, email: address, nested: { [word]: address } }],
  url: `https://${word}.example/${password}`,
};

/** Bodies of every kind, each with canaries, most of them wrong. */
const bodies: [string | undefined, string][] = [
  ['application/json', JSON.stringify(hostile)],
  ['application/json', `{"name": "${word}", "email": ${address}`],
  [
    'application/x-www-form-urlencoded',
    new URLSearchParams({ email: address, reason: word, hash: password }).toString(),
  ],
  ['application/xml', `<batch><username>${address}</username><password>${password}</password><${word}></batch>`],
  [
    'multipart/form-data; boundary=b',
    `--b\r\ncontent-disposition: form-data; name="${word}"; filename="${address}"\r\n\r\n${password}\r\n--b--\r\n`,
  ],
  ['text/csv', `name,email\n${word},${address}\n"`],
  [`${word}/${password}`, word],
  [undefined, word],
];

async function disturb({ method, url }: Route): Promise<void> {
  const own = at(url.replace(/:(token|itemId)/g, word), victim.ids[kindBehind(url)] as string, unknownId);
  const foreign = at(url.replace(/:(token|itemId)/g, password), word, address);
  const headers = {
    'user-agent': word,
    referer: `https://x.example/${password}`,
    cookie: `chancery_wallet=${word}; ${password}=${address}`,
    'x-forwarded-for': word,
    'idempotency-key': `${word}-${Math.random()}`,
    'accept-language': word,
  };
  const query = `?search=${word}&email=${encodeURIComponent(address)}&status=${password}&cursor=${word}`;
  if (method === 'GET') {
    for (const path of [own, foreign]) await call(method, `${path}${query}`, { key: victim.key, headers });
    await call(method, own, { key: `${word}${password}`, headers });
    return;
  }
  // What cannot be undone is asked of an id that nobody has.
  for (const [type, body] of bodies)
    await call(method, `${foreign}${query}`, {
      key: victim.key,
      body,
      headers: { ...headers, ...(type && { 'content-type': type }) },
    });
}

test('canaries in every header, query, path and body of every route leave no trace in log and metrics', async () => {
  const secrets = await canaries();
  for (const route of routesOf('id', 'own', 'open', 'public', 'link', 'session', 'machine', 'mail', 'mail-number'))
    await disturb(route);
  const before = logged.length;
  const faults = breakDatabase();
  for (const route of routesOf('own', 'public', 'link').filter(({ method }) => method === 'GET')) {
    const { status, body } = await call(
      'GET',
      at(route.url.replace(/:(token|itemId)/g, word), victim.ids.itemId as string),
      { key: victim.key },
    );
    if (status < 500) continue;
    for (const [what, secret] of Object.entries(secrets))
      assert.ok(!body.includes(secret), `${route.url} answers a ${what}: ${body}`);
  }
  assert.ok(faults.end() > 10 && logged.length > before + 10, 'the database was broken, and the log says so');
  const metrics = (await call('GET', '/metrics')).body;
  assert.ok(logged.length > 500, `${logged.length} lines`);
  for (const [what, secret] of Object.entries(secrets)) {
    const lines = logged.filter((line) => line.includes(secret) || line.includes(encodeURIComponent(secret)));
    assert.deepEqual(lines.slice(0, 3), [], `the log holds a ${what} in ${lines.length} lines`);
    assert.ok(!metrics.includes(secret), `the metrics hold a ${what}`);
  }
  assert.ok(
    logged.some((line) => line.includes(victim.ids.batchId as string)),
    'ids are there: the log is not just empty',
  );
});

/** Statements fail as PostgreSQL does it, naming values in the error's detail; gives how many did. */
function breakDatabase(): { end(): number } {
  const { organization } = app.db;
  let failed = 0;
  app.db.organization = (id, _, options) =>
    organization(
      id,
      async (tx) => {
        failed++;
        const text = `do $$ begin raise exception 'broken on purpose' using detail = 'Key (email)=(${address}) of ${word}', hint = '${password}', errcode = 'P0001'; end $$`;
        await tx.query(text);
        throw new Error('not reached');
      },
      options,
    );
  return {
    end() {
      app.db.organization = organization;
      return failed;
    },
  };
}
