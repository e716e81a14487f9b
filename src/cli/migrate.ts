/** `chancery migrate`: brings the database up to date and stops. */

import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { openLog } from '../log.ts';
import type { Command } from './commands.ts';

export const migrateCommand: Command = {
  usage: 'chancery migrate\n\nRefuses a database that is newer than this program.',
  async run() {
    const config = readConfig();
    await using app = await openApp(config, openLog(config.LOG_LEVEL ?? 'info'));
    process.stderr.write(`the database of ${app.config.dataDirectory} is up to date\n`);
    return 0;
  },
};
