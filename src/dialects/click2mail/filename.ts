/** The name of a file that is sent as it is: RFC 6266. */

/** '' where there is none. */
export function filenameOf(header: string | undefined): string {
  const encoded = /\bfilename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header ?? '')?.[1];
  if (encoded) return decoded(encoded);
  const [, quoted, plain] = /\bfilename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header ?? '') ?? [];
  // Node reads headers as Latin-1; who writes other letters without saying so writes UTF-8.
  return fromUtf8(quoted?.replace(/\\(["\\])/g, '$1') ?? plain ?? '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fromUtf8(text: string): string {
  const read = Buffer.from(text, 'latin1').toString('utf8');
  return read.includes('\uFFFD') ? text : read;
}
