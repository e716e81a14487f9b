/** Every file that the drawing makes, by its path under `templates/`. */

import { courseCompletion } from './course-completion.ts';
import { graduation, signedGraduation } from './graduation.ts';
import { ijazah } from './ijazah.ts';
import { drawLetters, writeOrder } from './letters.ts';
import { licence } from './licence.ts';
import { membership } from './membership.ts';
import { microcredencial } from './microcredencial.ts';
import type { Drawing } from './page.ts';
import { drawSignatures } from './signatures.ts';

const templates: Record<string, () => Drawing> = {
  graduation,
  'graduation-signed': signedGraduation,
  'course-completion': courseCompletion,
  ijazah,
  licence,
  membership,
  microcredencial,
};

export async function drawings(): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>();
  for (const [name, draw] of Object.entries(templates))
    files.set(`${name}/template.json`, `${JSON.stringify(draw(), null, 2)}\n`);
  for (const [name, png] of await drawSignatures()) files.set(`signatures/${name}.png`, png);
  files.set('demo/letters.pdf', await drawLetters());
  files.set('demo/letters.xml', writeOrder());
  return files;
}
