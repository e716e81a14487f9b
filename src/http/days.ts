/** Days as queries name them: `YYYY-MM-DD`, in UTC. */

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001-01-01') return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The first moment of a day, or of one so many days later. */
export const startOf = (day: string, later = 0): Date => new Date(Date.parse(`${day}T00:00:00Z`) + later * 86_400_000);
