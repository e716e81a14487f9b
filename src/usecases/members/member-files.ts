/** A member's picture and signature, public by names that nobody guesses: whoever can load a signature's image can forge with it. */

import type { App } from '../../app.ts';
import { findMember, type MemberRow, readSignature } from '../../db/members.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import { parseTemplate } from '../../domain/template.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { idInStorageName, sameName, storageName } from '../documents/storage-names.ts';

type Pictured = Pick<MemberRow, 'id' | 'firstName' | 'lastName' | 'signatureAddedAt'>;

/** Changes with the initials. */
export const avatarName = (app: Pick<App, 'masterKey'>, member: Pictured): string =>
  storageName(app, 'avatar', member.id, initialsOf(member));

/** Changes with every signature; null where there is none. */
export const signatureName = (app: Pick<App, 'masterKey'>, { id, signatureAddedAt }: Pictured): string | null =>
  signatureAddedAt && storageName(app, 'signature', id, signatureAddedAt.toISOString());

/** PNG. Throws `not_found` alike for every name that is not one of the present. */
export async function readSignatureFile(app: App, name: string): Promise<Buffer> {
  const { organizationId, member } = await memberOf(app, name);
  const current = signatureName(app, member);
  if (current === null || !sameName(current, name)) throw notFound('file', name);
  const png = await app.db.organization(organizationId, (tx) => readSignature(tx, organizationId, member.id));
  if (!png) throw notFound('file', name);
  return png;
}

/** PNG: the initials in white on a colour of the member's own. */
export async function readAvatar(app: App, name: string): Promise<Buffer> {
  const { member } = await memberOf(app, name);
  if (!sameName(avatarName(app, member), name)) throw notFound('file', name);
  const draw = (initials: string) => drawAvatar(app, colourOf(member.id), initials);
  return draw(initialsOf(member)).catch((error: unknown) => {
    // A script that no font here can draw.
    if (error instanceof ChanceryError && error.code === 'invalid_input') return draw('');
    throw error;
  });
}

async function memberOf(app: App, name: string): Promise<{ organizationId: string; member: MemberRow }> {
  const id = idInStorageName(name);
  const organizationId = id && (await app.db.anonymous((tx) => findOrganizationOf(tx, 'member', id)));
  const member =
    organizationId && (await app.db.organization(organizationId, (tx) => findMember(tx, organizationId, id)));
  if (!member) throw notFound('file', name);
  return { organizationId, member };
}

function initialsOf({ firstName, lastName }: Pictured): string {
  const first = (text: string) => /\p{L}\p{M}*/u.exec(text.normalize('NFC'))?.[0] ?? '';
  return `${first(firstName)}${first(lastName)}`.toLocaleUpperCase('en');
}

const colours = ['#1f5673', '#6b3fa0', '#8a3b12', '#1d6b45', '#7a1f4b', '#3d4f8a', '#5b5b1e', '#2b6a6a'];
const colourOf = (id: string): string => colours[Number.parseInt(id.slice(0, 2), 16) % colours.length] as string;

/** Kept in memory: there are few members, and every list of them names all their pictures. */
const drawn = new Map<string, Promise<Buffer>>();

function drawAvatar(app: App, colour: string, initials: string): Promise<Buffer> {
  const key = `${colour} ${initials}`;
  let picture = drawn.get(key);
  if (!picture) {
    picture = app.threads
      .drawSample({ ...avatarPage(colour, initials), signatories: [] }, {}, 256)
      .then((png) => Buffer.from(png));
    picture.catch(() => drawn.delete(key));
    if (drawn.size > 1_000) drawn.clear();
    drawn.set(key, picture);
  }
  return picture;
}

function avatarPage(colour: string, initials: string) {
  const box = { x: 0, y: 0, width: 40, height: 40 };
  const letters = { type: 'text', family: 'Noto Sans', weight: 700, size: 44, minSize: 10, color: '#ffffff' };
  const parsed = parseTemplate({
    format: 'chancery-template/1',
    name: 'Avatar',
    language: 'en',
    page: { width: 40, height: 40 },
    elements: [
      { type: 'rectangle', ...box, fill: colour },
      ...(initials === '' ? [] : [{ ...letters, ...box, text: initials, align: 'center', verticalAlign: 'middle' }]),
    ],
    achievement: { name: 'Avatar', description: 'Avatar', criteria: 'Avatar' },
  });
  if ('issues' in parsed) throw new ChanceryError('internal', 'the page of an avatar is not valid');
  return { template: parsed.template, organizationName: '', createdAt: '2026-01-01T00:00:00Z' };
}
