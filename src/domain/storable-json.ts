/** JSON that the database takes: what its texts cannot hold, a zero or half of a character that was cut off, becomes U+FFFD. */

export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed().replaceAll('\0', '\ufffd') : storableKeys(member),
  );
}

function storableKeys(member: unknown): unknown {
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
  if (Object.keys(member).every((key) => key.isWellFormed() && !key.includes('\0'))) return member;
  const entries = Object.entries(member);
  return Object.fromEntries(entries.map(([key, one]) => [key.toWellFormed().replaceAll('\0', '\ufffd'), one]));
}
