/** `chancery organization-create`: provisions an organization on this installation. */

import { parseArgs } from 'node:util';
import { createOrganization } from '../usecases/organizations/create-organization.ts';
import { writeDidDocuments } from '../usecases/organizations/write-did-documents.ts';
import type { Command } from './commands.ts';
import { localHelp, openLocal } from './open-local.ts';

export const organizationCreate: Command = {
  usage: `
chancery organization-create --name <name> --url <https://...> --sender <address> [--credits <n>]

Prints the id. ${localHelp}`,
  async run(args) {
    const options = {
      name: { type: 'string' },
      url: { type: 'string' },
      sender: { type: 'string' },
      credits: { type: 'string', default: '0' },
    } as const;
    const { values } = parseArgs({ args, options });
    if (!values.name || !values.url || !values.sender || !/^\d{1,12}$/.test(values.credits)) {
      process.stderr.write('chancery organization-create: give --name, --url and --sender\n');
      return 64;
    }
    await using app = await openLocal();
    const id = await createOrganization(app, {
      name: values.name,
      url: values.url,
      senderAddress: values.sender,
      credits: Number(values.credits),
    });
    await writeDidDocuments(app);
    process.stdout.write(`${id}\n`);
    return 0;
  },
};
