/** How strings look in canonical RDF and in JSON. */

const escapes: Record<string, string> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};
const special = /[\x00-\x1f"\\\x7f]/;
const specials = /[\x00-\x1f"\\\x7f]/g;

/** A string as it stands between the quotes of a canonical N-Quads literal (RDFC-1.0 section 5). */
export function escapeLiteral(text: string): string {
  if (!special.test(text)) return text;
  return text.replace(
    specials,
    (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

/** A string as it stands between the quotes of JSON.stringify's output. */
export function escapeJson(text: string): string {
  return special.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}
