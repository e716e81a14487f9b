/** The organizations of this installation, for whoever administers it on its own machine; no door may ask. */

import type { App } from '../../app.ts';
import { type OrganizationRow, listOrganizations as readOrganizations } from '../../db/organizations.ts';

export async function listOrganizations(app: App): Promise<OrganizationRow[]> {
  return app.db.owner(readOrganizations);
}
