/** PostgreSQL stopped at once and killed, three times in one batch, while a client asks at every door: nobody dies, nothing is lost, and who asks is told to wait. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { csv } from '../support/csv-text.ts';
import { clientOf, handIn } from '../support/hand-in.ts';
import { useMortalServer } from '../support/mortal-server.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { readOutcome } from '../support/outcome.ts';
import { type Answer, ask, assertPatient, type Question, startPolling } from '../support/polling-client.ts';
import { goodRows, header } from '../support/sample-template.ts';
import { openTestHost } from '../support/test-host.ts';

const connections = 2;
const environment = { SMTP_CONNECTIONS: String(connections), DATABASE_POOL: '4', METRICS: '1' };
const owned = new AsyncDisposableStack();
after(() => owned.disposeAsync());
const postgres = owned.use(await useMortalServer());

const { snapshot, client, batch, item } = await (async () => {
  const belt = await openTestApp();
  const tenant = await belt.addTenant();
  const client = await clientOf(belt, tenant);
  const stop = await belt.startBelt();
  const first = await belt.createBatch(tenant, csv([header, ...goodRows(2, 9_000)]), { channels: [] });
  await belt.waitForBatch(tenant, first);
  await stop();
  const [item] = await belt.sql<{ id: string }>('select id from item order by seq limit 1');
  const batch = await belt.createBatch(tenant, csv([header, ...goodRows(1_200)]), { channels: [] });
  await belt.createBatch(tenant, csv([header, ...goodRows(100, 5_000)]));
  return { snapshot: await belt.intoSnapshot(), client, batch, item: item?.id as string };
})();
owned.defer(() => snapshot.end());

const bearer = { authorization: `Bearer ${client.key}` };

function questionsFor(url: string): Question[] {
  const get = (path: string, headers: Record<string, string> = bearer): Question => ({
    name: `GET ${path}`,
    url: `${url}${path}`,
    init: () => ({ headers }),
  });
  return [
    get(`/chancery/v1/batches/${batch}`),
    get(`/business/batches/${batch}/status`),
    get(`/api/v1/jobs/${batch}`),
    get('/v1/batches/1', { authorization: `Basic ${btoa('nobody:nothing')}` }),
    get(`/credential/${item}`, {}),
    get(`/credential/${item}/document.pdf`, {}),
    get(`/organizations/${client.organizationId}/did.json`, {}),
    get('/readyz', {}),
    get('/metrics', {}),
    get('/wallet/open/nothing', {}),
    get('/approve/nothing', {}),
  ];
}

/** Hands a file in under one key until it is answered 201; the batch's id. */
async function handInPatiently(url: string, key: string, from: number, log: () => string): Promise<string> {
  const init = () => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ name: key, template_id: client.templateId, deliver: 'none' }))
      body.set(name, value);
    body.set('file', new Blob([csv([header, ...goodRows(2, from)])], { type: 'text/csv' }), 'recipients.csv');
    return { method: 'POST', headers: { ...bearer, 'idempotency-key': key }, body };
  };
  for (const deadline = performance.now() + 60_000; ; await sleep(100)) {
    const answer = await ask({ name: `hand-in ${key}`, url: `${url}/chancery/v1/batches`, init });
    // 409: the same key is under way.
    assert.notEqual(answer.status, 500, `${answer.text}: ${log()}`);
    assertPatient(answer, [201, 409]);
    if (answer.status === 201) return JSON.parse(answer.text).id;
    assert.ok(performance.now() < deadline, 'it is never taken');
  }
}

const rounds = ['SIGQUIT', 'SIGKILL', 'SIGQUIT'] as const;

test('F3: PostgreSQL is stopped at once and killed, three times in a batch; doors answer 503 meanwhile and the batch is the same', async () => {
  const reference = await (async () => {
    await using host = await openTestHost({ snapshot, environment });
    await host.start('serve').ready;
    await host.untilQuiet();
    return await readOutcome(host.place);
  })();
  await using host = await openTestHost({ snapshot, environment });
  await postgres.checkpoint();
  const serve = host.start('serve');
  const worker = host.start('worker');
  const { url } = (await serve.ready) as { url: string };
  await worker.ready;
  const questions = questionsFor(url);
  const usual = new Map<string, number>();
  for (const question of questions) usual.set(question.name, (await ask(question)).status);
  assert.deepEqual([...new Set(usual.values())].sort(), [200, 401, 404], JSON.stringify([...usual]));
  const polling = startPolling(questions);
  const handedIn: string[] = [];
  const answers: Answer[] = [];
  const open = "select count(*)::int as count from chunk where status not in ('delivered', 'set_aside')";
  for (const [round, signal] of rounds.entries()) {
    // On a fast machine the first batch may be made by now.
    await handIn(url, client, csv([header, ...goodRows(400, 30_000 + 1_000 * round)]));
    const [left] = await host.place.sql<{ count: number }>(open);
    assert.ok((left?.count as number) > 0, `nothing was left to do before round ${round}`);
    const pending = handInPatiently(url, `key-${round}`, 20_000 + 10 * round, serve.log);
    await postgres.end(signal);
    // Each door while it is away: who asks in turn meets few of those moments on a busy machine.
    answers.push(...(await Promise.all(questions.map(ask))));
    handedIn.push(await pending);
    await postgres.untilUp();
    await sleep(300);
  }
  await host.untilQuiet();
  answers.push(...(await polling.stop()));
  for (const answer of answers) assertPatient(answer, [usual.get(answer.name) as number]);
  const refused = new Set(answers.filter(({ status }) => status === 503).map(({ name }) => name));
  assert.ok(refused.size >= questions.length / 2, `only ${[...refused]} were ever refused`);
  for (const question of questions) assert.equal((await ask(question)).status, usual.get(question.name), question.name);
  assert.equal(new Set(handedIn).size, rounds.length);
  const [batches] = await host.place.sql<{ count: number }>('select count(*)::int as count from batch');
  assert.equal(batches?.count, 3 + 2 * rounds.length, 'one batch for each key');
  const outcome = await readOutcome(host.place);
  const before = new Set(reference.items.map((line) => line.split(' ')[0]));
  assert.deepEqual(
    outcome.items.filter((line) => before.has(line.split(' ')[0])),
    reference.items,
  );
  assert.deepEqual(outcome.mails, reference.mails);
  const copies = [...outcome.doubles.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(copies <= rounds.length * 2 * connections, `${copies} mails went out twice`);
  await host.assertInvariants();
  assert.deepEqual([await serve.stop(), await worker.stop()], [0, 0]);
});
