/** Dates and times as a page's language writes them, always in UTC; what is not a date is shown as it stands. */

/** `YYYY-MM-DD` to e.g. `10 January 2026`. */
export function formatDate(isoDate: string, language: string): string {
  return format(`${isoDate}T00:00:00Z`, language, { dateStyle: 'long' }) ?? isoDate;
}

/** ISO 8601 to e.g. `10 January 2026 at 09:15 UTC`. */
export function formatInstant(iso: string, language: string): string {
  const options = { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  return format(iso, language, { ...options, timeZoneName: 'short' }) ?? iso;
}

function format(iso: string, language: string, options: Intl.DateTimeFormatOptions): string | null {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return null;
  // Plain `en` writes the month first.
  const locale = language === 'en' ? 'en-GB' : language;
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(time);
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(time);
  }
}
