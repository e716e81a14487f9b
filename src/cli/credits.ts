/** `chancery credits`: grants credits to an organization, and shows what it has. */

import { parseArgs } from 'node:util';
import { localActor } from '../domain/permissions.ts';
import { getCredits } from '../usecases/credits/get-credits.ts';
import { grantCredits } from '../usecases/credits/grant-credits.ts';
import type { Command } from './commands.ts';
import { chooseOrganization, localHelp, openLocal, organizationHelp } from './open-local.ts';

export const credits: Command = {
  usage: `
chancery credits grant <amount> [--organization <id>] [--reference <text>] [--note <text>]
chancery credits show [--organization <id>]

${organizationHelp}
  --reference     an order or payment; granting again under the same reference changes nothing
  --note          kept in the ledger

${localHelp}`,
  async run(args) {
    const options = {
      organization: { type: 'string' },
      reference: { type: 'string' },
      note: { type: 'string' },
    } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [verb, amount, ...more] = positionals;
    const grants = verb === 'grant' && /^\d{1,10}$/.test(amount ?? '') && more.length === 0;
    if (!grants && !(verb === 'show' && amount === undefined)) {
      process.stderr.write('chancery credits: say grant <amount>, or show\nTry: chancery credits --help\n');
      return 64;
    }
    await using app = await openLocal();
    const { id: organizationId, name } = await chooseOrganization(app, values.organization);
    if (grants) {
      const { reference, note } = values;
      const { granted, available } = await grantCredits(app, {
        organizationId,
        amount: Number(amount),
        reference,
        note,
      });
      process.stderr.write(granted ? '' : 'granted before under this reference; nothing was changed\n');
      process.stdout.write(`${name} has ${available} credits\n`);
      return 0;
    }
    const { available, reserved, spent, ledger } = await getCredits(app, localActor(organizationId), {
      limit: 20,
      offset: 0,
    });
    process.stdout.write(`${name}: ${available} available, ${reserved} reserved, ${spent} spent\n`);
    for (const { at, kind, amount: moved, from, to, batchId, reference, note } of ledger)
      process.stdout.write(
        `${at.toISOString()}  ${kind.padEnd(18)} ${String(moved).padStart(10)}  ${from} -> ${to}  ${[batchId, reference, note].filter(Boolean).join('  ')}\n`,
      );
    return 0;
  },
};
