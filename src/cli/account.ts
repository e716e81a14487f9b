/** `chancery account`: makes, lists and changes the mail accounts of the print door on this machine. */

import { text as readText } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { App } from '../app.ts';
import type { MailAccountRow } from '../db/mail-accounts.ts';
import { localActor } from '../domain/permissions.ts';
import { addressParts } from '../domain/postal-address.ts';
import { invalidInput } from '../errors.ts';
import { disableMailAccount, setMailAccountPassword } from '../usecases/mail-accounts/change-mail-account.ts';
import { createMailAccount } from '../usecases/mail-accounts/create-mail-account.ts';
import { listMailAccounts } from '../usecases/mail-accounts/list-mail-accounts.ts';
import type { Command } from './commands.ts';
import { chooseOrganization, localHelp, openLocal, organizationHelp } from './open-local.ts';

const options = {
  organization: { type: 'string' },
  staging: { type: 'boolean', default: false },
  'password-stdin': { type: 'boolean', default: false },
  'rate-limit': { type: 'string' },
  return: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

export const account: Command = {
  usage: `
chancery account create <user name> [--staging] [--password-stdin] [--return <part>=<text> ...] [--rate-limit <n>] [--organization <id>]
chancery account list     [--organization <id>]
chancery account password <id or user name> [--password-stdin] [--organization <id>]
chancery account disable  <id or user name> [--organization <id>]

${organizationHelp}
  --staging         what it hands in is judged and never printed, tracked or charged
  --password-stdin  takes the first line of stdin for the password; default: a new one
  --return          the return address where a mailing names none, part by part: --return name="The Registrar" --return address1="1 College Way".
                    Parts: ${addressParts.join(', ')}
  --rate-limit      requests a minute, 0 for no limit; default: the server's RATE_LIMIT
  --json            print JSON

A user name is taken once on the whole installation, in whatever case. The password is shown once, alone on stdout; of one that came by stdin nothing is.
A changed or disabled account is refused by every process at once.
${localHelp}`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [verb, named = '', ...more] = positionals;
    const act = Object.hasOwn(verbs, verb ?? '') ? verbs[verb as string] : undefined;
    if (!act || more.length > 0 || (named === '') !== (verb === 'list')) {
      process.stderr.write(
        'chancery account: say create <user name>, list, password <user name>, or disable <user name>\nTry: chancery account --help\n',
      );
      return 64;
    }
    const limit = values['rate-limit'];
    if (limit !== undefined && !/^\d{1,7}$/.test(limit)) throw invalidInput('--rate-limit takes a number, 0 for none');
    const returnAddress = values.return && readParts(values.return);
    const password = values['password-stdin'] ? firstLine(await readText(process.stdin)) : undefined;
    await using app = await openLocal();
    const { id: organizationId } = await chooseOrganization(app, values.organization);
    await act(app, localActor(organizationId), { ...values, named, password, returnAddress });
    return 0;
  },
};

interface Wanted extends Omit<Values, 'return'> {
  named: string;
  password: string | undefined;
  returnAddress: Record<string, string> | undefined;
}

type Act = (app: App, actor: ReturnType<typeof localActor>, wanted: Wanted) => Promise<void>;

const verbs: Record<string, Act> = {
  async create(app, actor, { named, password, returnAddress, staging, json, 'rate-limit': limit }) {
    const made = await createMailAccount(app, actor, {
      username: named,
      password,
      mode: staging ? 'test' : 'live',
      rateLimit: limit === undefined ? null : Number(limit),
      returnAddress,
    });
    show(made, password !== undefined, json);
  },
  async password(app, actor, { named, password, json }) {
    show(await setMailAccountPassword(app, actor, named, password), password !== undefined, json);
  },
  async disable(app, actor, { named }) {
    const { username } = await disableMailAccount(app, actor, named);
    process.stderr.write(`the account "${username}" is disabled\n`);
  },
  async list(app, actor, { json }) {
    for (let offset = 0; ; offset += 1_000) {
      const { accounts, total } = await listMailAccounts(app, actor, { limit: 1_000, offset });
      for (const row of accounts) process.stdout.write(json ? `${JSON.stringify(row)}\n` : lineOf(row));
      if (offset + accounts.length >= total) return;
    }
  },
};

function show({ row, password }: { row: MailAccountRow; password: string }, wasGiven: boolean, json: boolean): void {
  const { id, username, mode } = row;
  const shown = wasGiven ? {} : { password };
  if (json) process.stdout.write(`${JSON.stringify({ id, username, ...shown })}\n`);
  else if (!wasGiven) process.stdout.write(`${password}\n`);
  const kind = mode === 'test' ? 'staging' : 'live';
  const state = row.disabledAt ? '; it stays disabled' : '';
  const once = wasGiven ? '' : '; its password is not shown again';
  process.stderr.write(`${kind} account ${id} "${username}"${state}${once}\n`);
}

function lineOf({ id, username, mode, createdAt, lastUsedAt, disabledAt }: MailAccountRow): string {
  const day = (date: Date | null) => date?.toISOString().slice(0, 16).replace('T', ' ');
  const kind = mode === 'test' ? 'staging' : 'live';
  const state = disabledAt ? `disabled ${day(disabledAt)}` : 'valid';
  return `${id}  ${kind}  ${state}  made ${day(createdAt)}  used ${day(lastUsedAt) ?? 'never'}  ${username}\n`;
}

/** Without the end of its line, which `echo` writes and nobody means. */
const firstLine = (given: string): string => given.replace(/^\ufeff/, '').split(/\r?\n/, 1)[0] as string;

function readParts(given: string[]): Record<string, string> {
  const parts = given.map((one): [string, string] => {
    const at = one.indexOf('=');
    const name = one.slice(0, Math.max(at, 0));
    if (!addressParts.some((part) => part === name))
      throw invalidInput(`--return ${one}: say <part>=<text>; parts are ${addressParts.join(', ')}`);
    return [name, one.slice(at + 1).trim()];
  });
  return Object.fromEntries(parts);
}
