/** The address that opens LinkedIn's "add certification" form already filled in. */

export interface LinkedInEntry {
  name: string;
  organizationName: string;
  /** `YYYY-MM-DD`. */
  issueDate: string;
  /** `YYYY-MM-DD`, or null for never. */
  expiryDate: string | null;
  /** Of the public page. */
  url: string;
  id: string;
}

/** LinkedIn takes year and month, months without a leading zero; an unreadable date is left out. */
export function linkedInUrl(entry: LinkedInEntry): string {
  const url = new URL('https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME');
  url.searchParams.set('name', entry.name);
  url.searchParams.set('organizationName', entry.organizationName);
  for (const [prefix, date] of [
    ['issue', entry.issueDate],
    ['expiration', entry.expiryDate],
  ] as const) {
    const parts = /^(\d{4})-(\d{2})-\d{2}$/.exec(date ?? '');
    if (!parts) continue;
    url.searchParams.set(`${prefix}Year`, parts[1] as string);
    url.searchParams.set(`${prefix}Month`, String(Number(parts[2])));
  }
  url.searchParams.set('certUrl', entry.url);
  url.searchParams.set('certId', entry.id);
  return url.href;
}
