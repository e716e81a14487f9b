/** Opens this machine's installation for one administrative command, beside a running server if there is one. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import type { OrganizationRow } from '../db/organizations.ts';
import { invalidInput } from '../errors.ts';
import { openLog } from '../log.ts';
import { listOrganizations } from '../usecases/organizations/find-organization.ts';

export const localHelp =
  'Works beside the running server as well as without one; it needs the server’s settings (CHANCERY_DATA, DATABASE_URL).';

export const organizationHelp = '  --organization  its id, number or name; may be left out where there is only one';

export async function openLocal(): Promise<App> {
  const config = readConfig();
  const app = await openApp(config, openLog(config.LOG_LEVEL ?? 'warn'), {}, { join: true });
  // Where the server is reached is known to the server alone when it took any free port.
  const kept = await readFile(join(config.dataDirectory, 'server.json'), 'utf8').then(JSON.parse, () => undefined);
  if (!config.PUBLIC_URL && typeof kept?.url === 'string') app.publicUrl = kept.url;
  return app;
}

/** The organization that is meant; throws `invalid_input` with the choices. */
export async function chooseOrganization(app: App, wanted: string | undefined): Promise<OrganizationRow> {
  const all = await listOrganizations(app);
  const found = all.filter(
    ({ id, number, name }) => wanted === undefined || [id, String(number), name].includes(wanted),
  );
  if (found.length === 1) return found[0] as OrganizationRow;
  const choices = all.map(({ id, name }) => `\n  ${id}  ${name}`).join('');
  const fault =
    wanted === undefined || found.length > 1
      ? 'say which organization with --organization'
      : `there is no organization ${wanted}`;
  throw invalidInput(
    all.length === 0 ? 'there is no organization yet: chancery organization-create' : `${fault}${choices}`,
  );
}
