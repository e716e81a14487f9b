/** `node src/docs/write-docs.ts`: writes the generated pages into the repository. */

import { writeFile } from 'node:fs/promises';
import { pages } from './pages.ts';

const root = new URL('../../', import.meta.url);

for (const [path, text] of Object.entries(pages)) await writeFile(new URL(path, root), text());
