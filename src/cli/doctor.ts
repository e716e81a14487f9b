/** `chancery doctor`: looks whether everything the server needs is there, and whether books and documents agree. */

import { parseArgs } from 'node:util';
import type { App } from '../app.ts';
import { checkInvariants } from '../db/invariants.ts';
import { checkDocuments, findUnusedFiles } from '../usecases/upkeep/check-documents.ts';
import type { Command } from './commands.ts';
import { localHelp, openLocal } from './open-local.ts';

type Say = (ok: boolean, text: string) => void;

export const doctor: Command = {
  usage: `
chancery doctor [--invariants] [--documents]

  --invariants  only whether the books agree, each sentence with its number and how many rows break it
  --documents   read every stored file too and compare it with its hash; as long as reading all of them takes

${localHelp} The invariants: docs/operations.md.
Exit code: 0 all well, 1 something is wrong.`,
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { invariants: { type: 'boolean', default: false }, documents: { type: 'boolean', default: false } },
    });
    let wrong = 0;
    const say: Say = (ok, text) => {
      if (!ok) wrong += 1;
      process.stdout.write(`${ok ? 'ok   ' : 'WRONG'} ${text}\n`);
    };
    await using app = await openLocal();
    if (!values.invariants) await checkInstallation(app, say);
    for (const { number, name, count } of await app.db.owner(checkInvariants))
      say(count === 0, `${String(number).padStart(2)}  ${name}: ${count}`);
    if (values.documents) await checkFiles(app, say);
    return wrong === 0 ? 0 : 1;
  },
};

async function checkInstallation(app: App, say: Say): Promise<void> {
  const { config } = app;
  say(true, `settings and database (${config.DATABASE_URL ? 'DATABASE_URL' : 'embedded'})`);
  const { halt } = app.instance;
  const remedy = halt?.kind === 'master_key' ? 'docs/operations.md, Keys' : 'chancery quarantine';
  say(
    halt === undefined,
    halt ? `${halt.kind}: ${halt.reason} (${remedy})` : 'no quarantine, and the master key is right',
  );
  const probe = `doctor/${Date.now()}`;
  await app.blobs.put(probe, Buffer.from('probe'));
  await app.blobs.delete(probe);
  say(true, `documents (${config.S3_BUCKET ? `bucket ${config.S3_BUCKET}` : config.dataDirectory})`);
  say(true, config.SMTP_URL ? 'mail goes to SMTP_URL' : 'mail is caught on this machine');
}

async function checkFiles(app: App, say: Say): Promise<void> {
  for (const { number, name, checked, broken } of await checkDocuments(app)) {
    say(broken.length === 0, `${String(number).padStart(2)}  ${name}: ${broken.length} of ${checked}`);
    for (const file of broken) process.stdout.write(`        ${file}\n`);
  }
  const unused = await findUnusedFiles(app);
  process.stdout.write(
    `note  14  files that no row names, which a crash leaves and which may be deleted: ${unused.length}\n`,
  );
  for (const key of unused.slice(0, 100)) process.stdout.write(`        ${key}\n`);
}
