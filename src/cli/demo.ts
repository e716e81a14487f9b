/** What a fresh installation shows: the seeding, the sample batch with its progress, addresses and keys. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App } from '../app.ts';
import { runSample } from '../usecases/demo/run-sample.ts';
import { type DemoPlan, seedDemo } from '../usecases/demo/seed-demo.ts';
import { openProgress } from './progress.ts';

/** What `--json` prints. A door that does not exist yet is null. */
export interface ServerFacts {
  url: string;
  vec: { token: string; templateId: string; signedTemplateId: string; organizationId: string } | null;
  /** What `testApiKey` makes are specimens. */
  unicreda: { apiKey: string; templateId: string; testApiKey: string; organizationId: string } | null;
  /** Mail accounts; of the staging one nothing is printed. */
  click2mail: { username: string; password: string; stagingUsername: string; stagingPassword: string } | null;
  diceid: null;
  console: null;
  mailbox: string | null;
}

/** Seeds the demo where one is wanted, issues its sample, and gives the facts to print. */
export async function openDemo(app: App): Promise<ServerFacts> {
  const plan = await seedDemo(app);
  const vec = plan ? vecFacts(plan) : null;
  if (vec) {
    const progress = openProgress('Issuing a sample batch');
    if (await runSample(app, vec.organizationId, vec.templateId, progress.show)) progress.end();
  }
  // Where `chancery issue` on this machine finds the server.
  await writeFile(join(app.config.dataDirectory, 'server.json'), `${JSON.stringify({ url: app.publicUrl })}\n`);
  const mailbox = app.config.hasMailbox ? `${app.publicUrl}/mailbox.json` : null;
  const unicreda = plan ? unicredaFacts(plan) : null;
  const click2mail = plan ? click2mailFacts(plan) : null;
  return { url: app.publicUrl, vec, unicreda, click2mail, diceid: null, console: null, mailbox };
}

function vecFacts({ organizations: [first] }: DemoPlan): ServerFacts['vec'] {
  if (!first) return null;
  const { id, token, templateIds } = first;
  return {
    token,
    templateId: templateIds.graduation as string,
    signedTemplateId: templateIds['graduation-signed'] as string,
    organizationId: id,
  };
}

function unicredaFacts({ organizations: [first] }: DemoPlan): ServerFacts['unicreda'] {
  if (!first?.unicreda) return null;
  const { id, unicreda, templateIds } = first;
  return {
    apiKey: unicreda.live,
    templateId: templateIds.microcredencial as string,
    testApiKey: unicreda.test,
    organizationId: id,
  };
}

function click2mailFacts({ organizations: [first] }: DemoPlan): ServerFacts['click2mail'] {
  if (!first?.mail) return null;
  const { live, test } = first.mail;
  return { ...live, stagingUsername: test.username, stagingPassword: test.password };
}

/** For people: addresses, keys, and commands that work as pasted. */
export function describeServer(facts: ServerFacts, app: App): string {
  const lines = [`\nChancery is ready.\n\n  Server    ${facts.url}`];
  if (facts.mailbox)
    lines.push(`  Mailbox   ${facts.url}/mailbox   (mail is caught here; nothing leaves this machine)`);
  lines.push(`  Data      ${app.config.dataDirectory}`);
  if (facts.vec) {
    lines.push(
      `  Token     ${facts.vec.token}`,
      `  Template  ${facts.vec.templateId}`,
      '',
      '  Try it as VEC has it:',
      '',
    );
    lines.push(
      "  printf 'RecipientsEmail,RecipientsName,CourseTitle\\nada@example.com,Ada Lovelace,Analytical Engines\\n' > recipients.csv",
    );
    lines.push(`  curl -s -H 'Authorization: Bearer ${facts.vec.token}' -F 'name=My first batch' \\`);
    lines.push(
      `    -F 'template_id=${facts.vec.templateId}' -F 'csv_file=@recipients.csv' ${facts.url}/business/batches`,
    );
    if (facts.unicreda) lines.push(...unicredaLines(facts.url, facts.unicreda));
    if (facts.click2mail) lines.push(...click2mailLines(facts.url, facts.click2mail));
  } else lines.push('', '  No organization yet? chancery organization-create --help');
  return `${lines.join('\n')}\n\n`;
}

function unicredaLines(
  url: string,
  { apiKey, testApiKey, templateId }: NonNullable<ServerFacts['unicreda']>,
): string[] {
  const recipient = { email: 'ada@example.com', recipient_name: 'Ada Lovelace', result_value: 'A' };
  const body = JSON.stringify({ template_id: templateId, recipients: [recipient] });
  return [
    '',
    '  And as UniCreda has it:',
    '',
    `  curl -s -H 'X-API-Key: ${apiKey}' -H 'Content-Type: application/json' \\`,
    `    -d '${body}' ${url}/api/v1/credentials/issue`,
    '',
    `  With ${testApiKey} instead it is a specimen (docs/test-mode.md).`,
  ];
}

function click2mailLines(url: string, login: NonNullable<ServerFacts['click2mail']>): string[] {
  const { username, password, stagingUsername, stagingPassword } = login;
  const curl = `curl -s -u '${username}:${password}'`;
  const batches = `${url}/v1/batches`;
  return [
    '',
    '  And on paper, as Click2Mail has it:',
    '',
    `  BATCH=$(${curl} -X POST ${batches} | sed -n 's:.*<id>\\([0-9]*\\)</id>.*:\\1:p')`,
    `  ${curl} -T '${sample('letters.pdf')}' -H 'Content-Type: application/pdf' ${batches}/$BATCH`,
    `  ${curl} -T '${sample('letters.xml')}' -H 'Content-Type: application/xml' ${batches}/$BATCH`,
    `  ${curl} -X POST ${batches}/$BATCH && ${curl} ${batches}/$BATCH`,
    '',
    `  With ${stagingUsername}:${stagingPassword} instead nothing is printed.`,
  ];
}

const sample = (name: string): string => fileURLToPath(new URL(`../../templates/demo/${name}`, import.meta.url));
