/** Another picture for somebody who signs. */

import sharp from 'sharp';
import { setSignature } from '../../src/db/members.ts';
import type { Tenant, TestApp } from './open-test-app.ts';

export async function setMemberSignature(
  { app }: TestApp,
  { organizationId }: Tenant,
  memberId: string,
): Promise<void> {
  const image = sharp({ create: { width: 50, height: 25, channels: 4, background: '#80204060' } });
  const png = await image.png().toBuffer();
  await app.db.organization(organizationId, (tx) => setSignature(tx, organizationId, memberId, png));
}
