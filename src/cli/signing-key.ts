/** `chancery signing-key-rotate`: a new key for what is handed in from now on. */

import { parseArgs } from 'node:util';
import { rotateSigningKeys } from '../usecases/organizations/create-organization.ts';
import { writeDidDocuments } from '../usecases/organizations/write-did-documents.ts';
import type { Command } from './commands.ts';
import { chooseOrganization, localHelp, openLocal, organizationHelp } from './open-local.ts';

export const signingKeyRotate: Command = {
  usage: `
chancery signing-key-rotate [--organization <id>] [--master-key-lost]

${organizationHelp}
  --master-key-lost  the old master key is lost: the present one, which opens no stored key, is the one from now on

New batches sign with the new keys; batches under way keep theirs. The old keys stay in the DID document.
${localHelp}`,
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { organization: { type: 'string' }, 'master-key-lost': { type: 'boolean', default: false } },
    });
    await using app = await openLocal();
    if (values['master-key-lost']) await app.keyring.adopt();
    await rotateSigningKeys(app, (await chooseOrganization(app, values.organization)).id);
    await writeDidDocuments(app);
    process.stderr.write('new credential and seal keys are in use\n');
    return 0;
  },
};
