/** Every call needs the permissions that docs/permissions.md names, each of them, and no other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routePermissions } from '../../../src/docs/permissions.ts';
import { type Permission, permissions } from '../../../src/domain/permissions.ts';
import { unknownId } from '../../support/route-table.ts';
import { at, bare, call, doors, intruder, isThorough, kindBehind, type Route, routesOf } from './world.ts';

const keys = new Map<string, Promise<string>>();
function keyWith(scopes: readonly Permission[]): Promise<string> {
  const name = scopes.join();
  const key = keys.get(name) ?? doors.key(intruder.tenant, [...scopes]);
  keys.set(name, key);
  return key;
}

const nameOf = ({ method, url }: Route) => `${method} ${url.replace(/(.)\/$/, '$1')}`;
const routes = routesOf('id', 'own').filter(({ method }) => method !== 'HEAD');

/** Bodies of calls that are read before anybody is asked who is there. */
const bodies: Record<string, (scopes: readonly Permission[]) => object> = {
  'POST /chancery/v1/tokens': (scopes) => ({ name: 'matrix', scopes: scopes.slice(0, 1) }),
  'POST /chancery/v1/webhooks': () => ({ url: 'https://hooks.example/', events: ['batch.created'] }),
};

async function ask(route: Route, scopes: readonly Permission[], id: string) {
  const { method, url, entry } = route;
  const body = bodies[nameOf(route)]?.(scopes) ?? ('body' in entry ? entry.body?.() : undefined);
  return call(method, at(url, id, intruder.ids.messageId), { key: await keyWith(scopes), body });
}

/** There is something to be read behind it, and nothing is changed. */
const fitting = ({ method, url }: Route) => (method === 'GET' ? (intruder.ids[kindBehind(url)] as string) : unknownId);

test('every call that takes a key stands in the table of permissions, and no other', () => {
  assert.deepEqual(routes.map(nameOf).sort(), Object.keys(routePermissions).sort());
});

test('with exactly the permissions of the table a call is done', async () => {
  for (const route of routes) {
    const needed = routePermissions[nameOf(route)] ?? [];
    const scopes = needed.length > 0 ? needed : (['users:list'] as const);
    const { status, body } = await ask(route, scopes, fitting(route));
    assert.ok(status < 400 || [400, 404, 422].includes(status), `${nameOf(route)}: ${status} ${body}`);
    if (route.method === 'GET') assert.equal(status, 200, nameOf(route));
  }
});

test('with all permissions but one of those, a call is refused by its name; without the first, whether there is such an id or not', async () => {
  let calls = 0;
  for (const route of routes)
    for (const [index, missing] of (routePermissions[nameOf(route)] ?? []).entries()) {
      const scopes = permissions.filter((one) => one !== missing);
      const answers: string[] = [];
      for (const id of new Set(index === 0 ? [fitting(route), unknownId] : [fitting(route)])) {
        const answer = await ask(route, scopes, id);
        assert.equal(answer.status, 403, `${nameOf(route)} without ${missing}: ${answer.body}`);
        assert.ok(answer.body.includes(missing), `${nameOf(route)} names ${missing}: ${answer.body}`);
        answers.push(bare(answer, id));
        calls++;
      }
      assert.equal(new Set(answers).size, 1, `${nameOf(route)} tells by its 403 whether there is such an id`);
    }
  assert.ok(calls > 100, `${calls} calls`);
});

test('every single other permission opens nothing', { skip: !isThorough && 'in the long tier' }, async () => {
  for (const route of routes) {
    const needed = routePermissions[nameOf(route)] ?? [];
    if (needed.length === 0) continue;
    for (const one of permissions) {
      if (needed.length === 1 && needed[0] === one) continue;
      const { status } = await ask(route, [one], fitting(route));
      assert.equal(status, 403, `${nameOf(route)} with ${one} alone`);
    }
  }
});
