/** `chancery key-create`: makes an API key, shown once. */

import { parseArgs } from 'node:util';
import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { permissions } from '../domain/permissions.ts';
import { openLog } from '../log.ts';
import { createApiKey } from '../usecases/api-keys/create-api-key.ts';
import type { Command } from './commands.ts';

export const keyCreate: Command = {
  summary: 'make an API key; it is shown once',
  usage: `
chancery key-create --organization <id> --name <name> [--scope <permission> ...]

  --scope  may be given several times; default: all (*). One of: ${permissions.join(', ')}

Works on the database directly: with the embedded database stop the server first.`,
  async run(args) {
    const options = {
      organization: { type: 'string' },
      name: { type: 'string' },
      scope: { type: 'string', multiple: true, default: ['*'] as string[] },
    } as const;
    const { values } = parseArgs({ args, options });
    if (!values.organization || !values.name) {
      process.stderr.write('chancery key-create: give --organization and --name\n');
      return 64;
    }
    const config = readConfig();
    await using app = await openApp(config, openLog(config.LOG_LEVEL ?? 'warn'));
    const { key } = await createApiKey(app, {
      organizationId: values.organization,
      name: values.name,
      scopes: values.scope,
    });
    process.stdout.write(`${key}\n`);
    return 0;
  },
};
