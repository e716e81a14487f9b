/** Which values can be signed without loss: identifiers that JSON-LD leaves alone, numbers that are written as themselves. */

const iri = /^(?:https?:\/\/(?![/?#])|urn:|did:|mailto:|tel:|data:)[^\x00-\x20<>"{}|^`\\\ud800-\udfff\ufffe\uffff]+$/;
const webIri = /^https?:\/\//;

/**
 * Whether JSON-LD leaves this text alone where an IRI is expected: an absolute IRI of a scheme no context can mistake for a prefix.
 * Characters beyond U+FFFF are refused as well, because sorting by UTF-16 unit and by code point must agree (RDFC-1.0 section 4.4.3).
 */
export function isSafeIri(text: string): boolean {
  return iri.test(text);
}

/** The same for addresses a browser opens: http and https only. */
export function isSafeWebIri(text: string): boolean {
  return webIri.test(text) && isSafeIri(text);
}

/** The lexical form JSON-LD gives a number: integers plain, other numbers with at most 16 digits and an exponent (JSON-LD 1.1 API, section 8.6). */
export function numberLexical(value: number): string {
  const written = String(value);
  if (!written.includes('.') && Math.abs(value) < 1e21) return value.toFixed(0);
  return value.toExponential(15).replace(/(\d)0*e\+?/, '$1E');
}

/**
 * Whether the signed form of a number says exactly this number. It does not for infinities, for 0 < |x| < 0.000001 (measured: jsonld 9 signs
 * 1e-7 as 0) and for doubles that need a 17th digit, such as 0.1 + 0.2, which sign like their neighbours.
 */
export function isSafeNumber(value: number): boolean {
  if (!Number.isFinite(value) || (value !== 0 && Math.abs(value) < 1e-6)) return false;
  return Number(numberLexical(value)) === value;
}
