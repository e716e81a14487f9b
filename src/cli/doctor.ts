/** `chancery doctor`: looks whether everything the server needs is there, and whether the books agree. */

import { checkInvariants } from '../db/invariants.ts';
import type { Command } from './commands.ts';
import { localHelp, openLocal } from './open-local.ts';

export const doctor: Command = {
  summary: 'check the installation: settings, database, documents, and whether the books agree',
  usage: `
chancery doctor

${localHelp} Exit code: 0 all well, 1 something is wrong.`,
  async run() {
    const say = (ok: boolean, text: string) => process.stdout.write(`${ok ? 'ok   ' : 'WRONG'} ${text}\n`);
    await using app = await openLocal();
    const { config } = app;
    say(true, `settings and database (${config.DATABASE_URL ? 'DATABASE_URL' : 'embedded'})`);
    const { halt } = app.instance;
    say(halt === undefined, halt ? `${halt.kind}: ${halt.reason} (chancery quarantine)` : 'no quarantine');
    const probe = `doctor/${Date.now()}`;
    await app.blobs.put(probe, Buffer.from('probe'));
    await app.blobs.delete(probe);
    say(true, `documents (${config.S3_BUCKET ? `bucket ${config.S3_BUCKET}` : config.dataDirectory})`);
    say(true, config.SMTP_URL ? 'mail goes to SMTP_URL' : 'mail is caught on this machine');
    const broken = await app.db.owner(checkInvariants);
    for (const { name, count } of broken) say(count === 0, `${name}${count === 0 ? '' : `: ${count}`}`);
    return halt === undefined && broken.every(({ count }) => count === 0) ? 0 : 1;
  },
};
