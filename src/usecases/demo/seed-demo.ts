/** The demo of a fresh installation. Its ids and keys are written down first, so that seeding that was cut off goes on where it was. */

import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../app.ts';
import { hasApiKey } from '../../db/api-keys.ts';
import { findMailAccount } from '../../db/mail-accounts.ts';
import { readMembers } from '../../db/members.ts';
import type { Tx } from '../../db/open.ts';
import { listOrganizations } from '../../db/organizations.ts';
import { findTemplate } from '../../db/templates.ts';
import { type KeyDoor, type KeyMode, keyModes, keyPrefix } from '../../domain/api-key.ts';
import { localActor } from '../../domain/permissions.ts';
import { createApiKey, hashApiKey } from '../api-keys/create-api-key.ts';
import { createMailAccount } from '../mail-accounts/create-mail-account.ts';
import { createMember } from '../organizations/create-member.ts';
import { createOrganization } from '../organizations/create-organization.ts';
import { createTemplate } from '../templates/create-template.ts';
import { type DemoOrganization, demoOrganizations } from './demo-organizations.ts';

interface PlannedOrganization {
  id: string;
  token: string;
  /** Keys with UniCreda's prefixes. */
  unicreda?: Record<KeyMode, string>;
  /** Mail accounts; `test` is the staging one. */
  mail?: Record<KeyMode, { username: string; password: string }>;
  memberIds: string[];
  templateIds: Record<string, string>;
}

/** Kept in the data folder, readable by its owner only. */
export interface DemoPlan {
  /** By organization, in the order of `demoOrganizations`. */
  organizations: PlannedOrganization[];
}

const shipped = new URL('../../../templates/', import.meta.url);

/** Seeds an empty database, or goes on with a seeding cut off; undefined where there is no demo. */
export async function seedDemo(app: App): Promise<DemoPlan | undefined> {
  const path = join(app.config.dataDirectory, 'demo.json');
  let plan: DemoPlan | undefined = await readFile(path, 'utf8').then(JSON.parse, () => undefined);
  const present = new Set((await app.db.owner(listOrganizations)).map(({ id }) => id));
  const before = JSON.stringify(plan);
  if (!plan) {
    if (present.size > 0 || !(app.config.DEMO ?? !app.config.DATABASE_URL)) return undefined;
    plan = { organizations: demoOrganizations.map(planOf) };
  }
  // A demo seeded by an older program gets what has been added to the demo since.
  for (const [at, planned] of plan.organizations.entries()) {
    planned.unicreda ??= { live: demoKey('unicreda', 'live'), test: demoKey('unicreda', 'test') };
    const { templates = [], mail } = demoOrganizations[at] ?? {};
    if (mail) planned.mail ??= { live: demoLogin(mail.username), test: demoLogin(`${mail.username}-staging`) };
    for (const { name } of templates) planned.templateIds[name] ??= randomUUID();
  }
  if (JSON.stringify(plan) !== before) {
    await writeFile(`${path}.new`, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  for (const [at, planned] of plan.organizations.entries()) {
    const wanted = demoOrganizations[at] as DemoOrganization;
    if (!present.has(planned.id)) await createOrganization(app, { id: planned.id, ...wanted.organization });
    await seedOrganization(app, wanted, planned);
  }
  return plan;
}

/** The word `demo` tells whoever finds it that nothing is lost. */
const demoKey = (door: KeyDoor, mode: KeyMode): string =>
  `${keyPrefix(door, mode)}demo_${randomBytes(24).toString('base64url')}`;

const demoLogin = (username: string) => ({ username, password: `demo_${randomBytes(18).toString('base64url')}` });

function planOf({ members }: DemoOrganization): PlannedOrganization {
  return {
    id: randomUUID(),
    token: `vec_demo_${randomBytes(24).toString('base64url')}`,
    memberIds: members.map(() => randomUUID()),
    templateIds: {},
  };
}

async function seedOrganization(app: App, wanted: DemoOrganization, planned: PlannedOrganization): Promise<void> {
  const { id: organizationId, token, memberIds, templateIds } = planned;
  const exists = (look: (tx: Tx) => Promise<unknown>) => app.db.organization(organizationId, look).then(Boolean);
  for (const [at, { signatureFile, ...member }] of wanted.members.entries()) {
    const id = memberIds[at] as string;
    if (await exists(async (tx) => (await readMembers(tx, organizationId, [id])).length)) continue;
    await createMember(app, organizationId, {
      id,
      ...member,
      signature: await readFile(new URL(`signatures/${signatureFile}`, shipped)),
    });
  }
  for (const { name, signed } of wanted.templates) {
    const id = templateIds[name] as string;
    if (await exists((tx) => findTemplate(tx, organizationId, id))) continue;
    const content = JSON.parse(await readFile(new URL(`${name}/template.json`, shipped), 'utf8')) as unknown;
    const signatories = signed ? memberIds.map((memberId, at) => ({ slot: at + 1, memberId, autoApprove: true })) : [];
    await createTemplate(app, localActor(organizationId), { id, content, signatories });
  }
  const keys: [string, KeyMode, string | undefined][] = [
    ['demo', 'live', token],
    ['demo, UniCreda', 'live', planned.unicreda?.live],
    ['demo, UniCreda, test', 'test', planned.unicreda?.test],
  ];
  for (const [name, mode, key] of keys) {
    if (key === undefined || (await exists((tx) => hasApiKey(tx, organizationId, hashApiKey(key))))) continue;
    const made = { name, mode, key, memberId: memberIds[0], scopes: ['*'], rateLimit: 0 };
    await createApiKey(app, localActor(organizationId), made);
  }
  for (const mode of keyModes) {
    const login = planned.mail?.[mode];
    if (!login || (await exists((tx) => findMailAccount(tx, organizationId, login)))) continue;
    const { returnAddress } = wanted.mail ?? {};
    await createMailAccount(app, localActor(organizationId), { ...login, mode, rateLimit: 0, returnAddress });
  }
}
