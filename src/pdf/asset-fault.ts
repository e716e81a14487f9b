/** The one way artwork is refused: `invalid_input` with an issue at `asset` whose reason names the fault and the remedy. */

import { type ChanceryError, invalidInput } from '../errors.ts';

/** `reason` is a clause that follows "is not valid: "; it never quotes more than 80 characters of the file. */
export function assetFault(reason: string): ChanceryError {
  return invalidInput('the asset cannot be used', [{ path: 'asset', code: 'invalid', params: { reason } }]);
}

/** Text out of a hostile file, fit to be shown: printable, at most 80 characters. */
export function quoted(text: string): string {
  return `"${text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?').slice(0, 80)}"`;
}
