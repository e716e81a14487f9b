/** One server for everything that is asked of every route: two organizations that have everything, and all that is logged meanwhile. */

import { Agent, request } from 'node:http';
import { after } from 'node:test';
import { openLog } from '../../../src/log.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { openParty } from '../../support/party.ts';
import { type Entry, routeTable } from '../../support/route-table.ts';

/** The long tier tries every value on every route; the short one leaves out what differs in the capitals of an id or in HEAD alone. */
export const isThorough = process.argv[1]?.endsWith('.long.ts') === true;

/** Every line of the log, at its most talkative. */
export const logged: string[] = [];

export const doors: TestDoors = await openTestServer({
  log: openLog('trace', { write: (line) => void logged.push(line) }),
});
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
after(async () => {
  agent.destroy();
  await doors[Symbol.asyncDispose]();
});
await doors.test.startBelt();
export const victim = await openParty(doors, 'Victoria');
export const intruder = await openParty(doors, 'Ingrid');
// Each has an issuer of specimens too.
for (const { tenant } of [victim, intruder]) await doors.key(tenant, ['*'], 'test');

export interface Route {
  method: string;
  url: string;
  entry: Entry;
}

/** As it stands in the tables, for every route that has a handler of its own. */
const addressOf = (url: string) => url.replace(/^\/assets\/.*/, '/assets/:file').replace(/(.)\/$/, '$1');

/** `METHOD /address` of everything the server takes; HEAD is GET without a body. */
export const registered = [
  ...new Set(
    doors.routes
      .filter(({ method, refused }) => method !== 'HEAD' && !refused)
      .map(({ method, url }) => `${method} ${addressOf(url)}`),
  ),
].sort();

export function routesOf(...kinds: Entry['kind'][]): Route[] {
  return doors.routes.flatMap(({ method, url, refused }) => {
    if (method === 'HEAD' && !isThorough) return [];
    const entry = refused ? undefined : routeTable[`${method === 'HEAD' ? 'GET' : method} ${addressOf(url)}`];
    return entry && kinds.includes(entry.kind) ? [{ method, url, entry }] : [];
  });
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One answer of each route, status and type, of all that were ever asked for here. */
export const answers = new Map<string, { route: string; headers: Answer['headers'] }>();

export interface Asked {
  /** Of an API key; each door reads its own of two headers. */
  key?: string;
  headers?: Record<string, string>;
  body?: object | string;
}

/** Over the wire, on connections that are kept: thousands of calls are made here. */
export async function call(method: string, path: string, { key, headers, body }: Asked = {}): Promise<Answer> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(`${doors.url}${path}`, {
    method,
    agent,
    headers: {
      ...(key && { authorization: `Bearer ${key}`, 'x-api-key': key }),
      ...(typeof body === 'object' && { 'content-type': 'application/json' }),
      ...(text !== undefined && { 'content-length': Buffer.byteLength(text) }),
      ...headers,
    },
  });
  sent.once('error', reject);
  sent.once('response', (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.once('error', reject);
    response.once('end', () => {
      const { date: _, connection: __, 'keep-alive': ___, ...kept } = response.headers;
      const status = response.statusCode as number;
      const route = `${method} ${path.replace(/[\w-]{36,}/g, '<id>')} ${status}`;
      answers.set(`${route} ${kept['content-type']}`, { route, headers: kept });
      resolve({ status, headers: kept, body: Buffer.concat(parts).toString() });
    });
  });
  sent.end(text);
  return promise;
}

/** The route's address with an id in it. */
export const at = (url: string, id: string, deliveryId = id) =>
  url
    .replace(':deliveryId', deliveryId)
    .replace(':id', id)
    .replace(':file', 'certificate_1700000000.pdf')
    .replace(':at', '0');

/** An answer as one text, without the id that was asked for and the number of the request: what is left must not depend on whose id it was. */
export const bare = ({ status, headers, body }: Answer, id: string) =>
  `${status} ${JSON.stringify(headers)}\n${body}`
    .replaceAll(id, '<id>')
    .replace(/("request_?[iI]d":")[0-9a-f-]{36}/, '$1<request>');

/** What a route that takes an id finds with this word in its place: the kind of id behind it. */
export function kindBehind(url: string): string {
  const fitting: Record<string, string> = {
    batches: 'batchId',
    jobs: 'batchId',
    certificates: 'itemId',
    credentials: 'itemId',
    approvals: 'approvalId',
    'certificate-vault': 'vaultId',
    tokens: 'tokenId',
    webhooks: 'webhookId',
    members: 'memberId',
    'print-runs': 'printRunId',
    'user-management': 'memberId',
    mailings: 'mailingId',
    'mail-accounts': 'accountId',
  };
  return fitting[url.split('/').at(url.startsWith('/business') ? 2 : 3) as string] ?? 'templateId';
}
