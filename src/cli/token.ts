/** `chancery token`: makes, lists and revokes API keys on this machine. */

import { parseArgs } from 'node:util';
import type { App } from '../app.ts';
import type { ApiKeyRow } from '../db/api-keys.ts';
import { type KeyDoor, keyDoors } from '../domain/api-key.ts';
import { localActor, permissions } from '../domain/permissions.ts';
import { invalidInput } from '../errors.ts';
import { createApiKey } from '../usecases/api-keys/create-api-key.ts';
import { listApiKeys } from '../usecases/api-keys/list-api-keys.ts';
import { revokeApiKey } from '../usecases/api-keys/revoke-api-key.ts';
import type { Command } from './commands.ts';
import { chooseOrganization, localHelp, openLocal, organizationHelp } from './open-local.ts';

const options = {
  organization: { type: 'string' },
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  member: { type: 'string' },
  expires: { type: 'string' },
  'rate-limit': { type: 'string' },
  test: { type: 'boolean', default: false },
  for: { type: 'string', default: 'chancery' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

export const token: Command = {
  usage: `
chancery token create --name <name> [--organization <id>] [--scope <permission> ...] [--expires <date>] [--rate-limit <n>] [--test] [--for <door>]
chancery token list   [--organization <id>]
chancery token revoke <id> [--organization <id>]

${organizationHelp}
  --scope         may be given several times; default: all (*). One of: ${permissions.join(', ')}
  --member        id of the member the token acts for
  --expires       last moment of the token, 2027-01-31 (its end, UTC) or 2027-01-31T12:00:00Z; default: never
  --rate-limit    requests a minute, 0 for no limit; default: the server's RATE_LIMIT
  --test          what it makes are specimens that never leave this machine, and cost nothing
  --for           whose prefix it gets, ${keyDoors.join(', ')}; every token opens every door. Default: chancery
  --json          print JSON

The token itself is shown once, by create, alone on stdout. A revoked token is refused by every process at once.
${localHelp}`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [verb, id] = positionals;
    const fits =
      (verb === 'create' && values.name && positionals.length === 1) ||
      (verb === 'list' && positionals.length === 1) ||
      (verb === 'revoke' && id && positionals.length === 2);
    if (!fits) {
      process.stderr.write(
        'chancery token: say create --name <name>, list, or revoke <id>\nTry: chancery token --help\n',
      );
      return 64;
    }
    const limit = values['rate-limit'];
    if (limit !== undefined && !/^\d{1,7}$/.test(limit)) throw invalidInput('--rate-limit takes a number, 0 for none');
    const door = keyDoors.find((one) => one === values.for);
    if (!door) throw invalidInput(`--for takes one of: ${keyDoors.join(', ')}`);
    await using app = await openLocal();
    const organization = await chooseOrganization(app, values.organization);
    const actor = localActor(organization.id);
    if (verb === 'create') await create(app, actor, { ...values, door });
    else if (verb === 'list') await list(app, actor, values.json);
    else {
      const { name } = await revokeApiKey(app, actor, id as string);
      process.stderr.write(`the token "${name}" is revoked\n`);
    }
    return 0;
  },
};

async function create(
  app: App,
  actor: ReturnType<typeof localActor>,
  values: Values & { door: KeyDoor },
): Promise<void> {
  const limit = values['rate-limit'];
  const { row, token: text } = await createApiKey(app, actor, {
    name: values.name as string,
    scopes: values.scope ?? ['*'],
    memberId: values.member,
    mode: values.test ? 'test' : 'live',
    door: values.door,
    expiresAt: values.expires === undefined ? null : readEnd(values.expires),
    rateLimit: limit === undefined ? null : Number(limit),
  });
  process.stdout.write(values.json ? `${JSON.stringify({ id: row.id, token: text })}\n` : `${text}\n`);
  process.stderr.write(`${row.mode} token ${row.id} "${row.name}"; it is not shown again\n`);
}

/** A day means its end. */
function readEnd(text: string): Date {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text);
  if (Number.isNaN(date.getTime())) throw invalidInput(`--expires ${text} is not a date such as 2027-01-31`);
  return date;
}

async function list(app: App, actor: ReturnType<typeof localActor>, json: boolean): Promise<void> {
  for (let offset = 0; ; offset += 1_000) {
    const { keys, total } = await listApiKeys(app, actor, { limit: 1_000, offset });
    for (const key of keys) process.stdout.write(json ? `${JSON.stringify(key)}\n` : lineOf(key));
    if (offset + keys.length >= total) return;
  }
}

function lineOf({ id, name, mode, scopes, createdAt, lastUsedAt, expiresAt, revokedAt }: ApiKeyRow): string {
  const day = (date: Date | null) => date?.toISOString().slice(0, 16).replace('T', ' ');
  const state = revokedAt
    ? `revoked ${day(revokedAt)}`
    : expiresAt
      ? `${expiresAt.getTime() <= Date.now() ? 'expired' : 'until'} ${day(expiresAt)}`
      : 'valid';
  return `${id}  ${mode}  ${state}  made ${day(createdAt)}  used ${day(lastUsedAt) ?? 'never'}  ${name}  ${scopes.join(' ')}\n`;
}
