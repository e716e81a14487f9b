/** Why there was no answer, in words for the owner of the endpoint: they name no address and no file of ours. */

export class ConnectorFault extends Error {}

const sentences: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  HPE_HEADER_OVERFLOW: 'the header of the answer is larger than 16 KiB',
  EPROTO: 'TLS could not be negotiated',
};

/** OpenSSL's and Node's codes of a certificate that does not hold, e.g. `CERT_HAS_EXPIRED`. */
const tlsCodes = /^(ERR_(TLS|SSL)_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;

export function faultSentence(error: unknown): string {
  if (error instanceof ConnectorFault) return error.message;
  // Several addresses were tried; each has its own error.
  if (error instanceof AggregateError) return faultSentence(error.errors[0]);
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (sentences[code]) return sentences[code];
  if (tlsCodes.test(code)) return `the host’s certificate or TLS is not in order (${code})`;
  if (code.startsWith('HPE_')) return `the answer is not HTTP (${code})`;
  return code ? `the connection failed (${code})` : 'the connection failed';
}
