/** `chancery organization-create`: provisions an organization on this installation. */

import { parseArgs } from 'node:util';
import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { openLog } from '../log.ts';
import { createOrganization } from '../usecases/organizations/create-organization.ts';
import { writeDidDocuments } from '../usecases/organizations/write-did-documents.ts';
import type { Command } from './commands.ts';

export const organizationCreate: Command = {
  summary: 'create an organization with its signing keys and credits',
  usage: `
chancery organization-create --name <name> --url <https://...> --sender <address> [--credits <n>]

Works on the database directly: with the embedded database stop the server first. Prints the id.`,
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
    const config = readConfig();
    await using app = await openApp(config, openLog(config.LOG_LEVEL ?? 'warn'));
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
