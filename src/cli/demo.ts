/** The demo of a fresh installation: two organizations, templates, signatories, keys and a sample batch that really runs. */

import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import { listOrganizations } from '../db/organizations.ts';
import { columnNames } from '../dialects/vec/wire.ts';
import { localActor } from '../domain/permissions.ts';
import { createApiKey } from '../usecases/api-keys/create-api-key.ts';
import { createBatch } from '../usecases/batches/create-batch.ts';
import { getBatch } from '../usecases/batches/get-batch.ts';
import { createMember } from '../usecases/organizations/create-member.ts';
import { createOrganization } from '../usecases/organizations/create-organization.ts';
import { createTemplate } from '../usecases/templates/create-template.ts';
import { openProgress } from './progress.ts';

const shipped = new URL('../../templates/', import.meta.url);

/** What `--json` prints. A door that does not exist yet is null. */
export interface DemoFacts {
  url: string;
  vec: { token: string; templateId: string; signedTemplateId: string; organizationId: string } | null;
  unicreda: null;
  click2mail: null;
  diceid: null;
  console: null;
  mailbox: string | null;
}

interface KeptDemo {
  vec: NonNullable<DemoFacts['vec']>;
  other: { token: string; organizationId: string; templateId: string };
}

/** Seeds when there is no organization yet; afterwards reads the keys the seeding kept in the data folder. */
export async function openDemo(app: App): Promise<DemoFacts> {
  const file = join(app.config.dataDirectory, 'demo.json');
  const isEmpty = (await app.db.owner(listOrganizations)).length === 0;
  const wanted = app.config.DEMO && !app.config.DATABASE_URL;
  let kept: KeptDemo | undefined = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (isEmpty && wanted) {
    process.stderr.write('Seeding the demo ...\n');
    kept = await seed(app);
    await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    await runSample(app, kept.vec.organizationId, kept.vec.templateId);
  }
  const mailbox = app.config.SMTP_URL ? null : `${app.publicUrl}/mailbox.json`;
  await writeFile(join(app.config.dataDirectory, 'server.json'), `${JSON.stringify({ url: app.publicUrl })}\n`);
  const absent = { unicreda: null, click2mail: null, diceid: null, console: null };
  return { url: app.publicUrl, vec: kept?.vec ?? null, ...absent, mailbox };
}

async function seed(app: App): Promise<KeptDemo> {
  const credits = 10_000_000;
  const university = await createOrganization(app, {
    name: 'Northbridge University',
    url: 'https://northbridge.example',
    senderAddress: 'registrar@northbridge.example',
    credits,
  });
  const college = await createOrganization(app, {
    name: 'Marsa College',
    url: 'https://marsa.example',
    senderAddress: 'office@marsa.example',
    credits,
  });
  const signatories = [
    await createMember(app, university, {
      firstName: 'Helena',
      lastName: 'Marchetti',
      email: 'h.marchetti@northbridge.example',
      designation: 'Vice-Chancellor',
      signature: await readSignature(0),
    }),
    await createMember(app, university, {
      firstName: 'Daniel',
      lastName: 'Okafor',
      email: 'd.okafor@northbridge.example',
      designation: 'Registrar',
      signature: await readSignature(1),
    }),
  ];
  const add = async (organizationId: string, name: string, signed: boolean) => {
    const content = JSON.parse(await readFile(new URL(`${name}/template.json`, shipped), 'utf8')) as unknown;
    const defaults = signed ? signatories.map((memberId, at) => ({ slot: at + 1, memberId, autoApprove: true })) : [];
    return (await createTemplate(app, localActor(organizationId), { content, signatories: defaults })).id;
  };
  const templateId = await add(university, 'graduation', false);
  const signedTemplateId = await add(university, 'licence', true);
  for (const name of ['course-completion', 'membership']) await add(university, name, false);
  const ijazah = await add(college, 'ijazah', false);
  await add(college, 'graduation', false);
  const { key: token } = await createApiKey(app, {
    organizationId: university,
    memberId: signatories[0],
    name: 'demo',
    scopes: ['*'],
    prefix: 'vec_demo_',
  });
  const { key: otherToken } = await createApiKey(app, {
    organizationId: college,
    name: 'demo',
    scopes: ['*'],
    prefix: 'vec_demo_',
  });
  return {
    vec: { token, templateId, signedTemplateId, organizationId: university },
    other: { token: otherToken, organizationId: college, templateId: ijazah },
  };
}

const signatureFiles = ['helena-marchetti', 'daniel-okafor'];

async function readSignature(at: number): Promise<Buffer> {
  return readFile(new URL(`signatures/${signatureFiles[at]}.png`, shipped));
}

async function runSample(app: App, organizationId: string, templateId: string): Promise<void> {
  const actor = localActor(organizationId);
  const csv = createReadStream(new URL('demo/graduation.csv', shipped));
  const id = await createBatch(app, actor, { name: 'Sample: graduation', templateId, csv, columnNames });
  const progress = openProgress('Issuing a sample batch');
  for (;;) {
    const batch = await getBatch(app, actor, id);
    progress.show(batch.issued + batch.failed, batch.total);
    if (batch.completedAt) break;
    await sleep(100);
  }
  progress.end();
}

/** For people: addresses, keys, and a command that works as pasted. */
export function describeDemo(facts: DemoFacts, app: App): string {
  const lines = [`\nChancery is ready.\n\n  Server    ${facts.url}`];
  if (facts.mailbox)
    lines.push(`  Mailbox   ${facts.url}/mailbox   (mail is caught here; nothing leaves this machine)`);
  lines.push(`  Data      ${app.config.dataDirectory}`);
  if (facts.vec) {
    lines.push(`  Token     ${facts.vec.token}`, `  Template  ${facts.vec.templateId}`, '', '  Try it:', '');
    lines.push(
      "  printf 'RecipientsEmail,RecipientsName,CourseTitle\\nada@example.com,Ada Lovelace,Analytical Engines\\n' > recipients.csv",
    );
    lines.push(`  curl -s -H 'Authorization: Bearer ${facts.vec.token}' -F 'name=My first batch' \\`);
    lines.push(
      `    -F 'template_id=${facts.vec.templateId}' -F 'csv_file=@recipients.csv' ${facts.url}/business/batches`,
    );
  } else lines.push('', '  No organization yet: chancery organization-create --help');
  return `${lines.join('\n')}\n\n`;
}
