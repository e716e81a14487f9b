/** `chancery signing-key-rotate`: a new key for what is handed in from now on. */

import { parseArgs } from 'node:util';
import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { openLog } from '../log.ts';
import { rotateSigningKeys } from '../usecases/organizations/create-organization.ts';
import { writeDidDocuments } from '../usecases/organizations/write-did-documents.ts';
import type { Command } from './commands.ts';

export const signingKeyRotate: Command = {
  summary: 'make new signing keys for an organization; old documents stay verifiable',
  usage: `
chancery signing-key-rotate --organization <id>

New batches sign with the new keys; batches under way keep theirs. The old keys stay in the DID document.
Works on the database directly: with the embedded database stop the server first.`,
  async run(args) {
    const { values } = parseArgs({ args, options: { organization: { type: 'string' } } });
    if (!values.organization) {
      process.stderr.write('chancery signing-key-rotate: give --organization\n');
      return 64;
    }
    const config = readConfig();
    await using app = await openApp(config, openLog(config.LOG_LEVEL ?? 'warn'));
    await rotateSigningKeys(app, values.organization);
    await writeDidDocuments(app);
    process.stderr.write('new credential and seal keys are in use\n');
    return 0;
  },
};
