/** Downloads a batch's certificates into a folder, each under its reference id, four at a time. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import type { BatchAnswer } from './issue.ts';
import { openProgress } from './progress.ts';

interface ItemAnswer {
  id: string;
  referenceId: string;
  status: string;
}

const pageSize = 500;
const lanes = 4;

export async function downloadCertificates(client: ApiClient, batch: BatchAnswer, folder: string): Promise<void> {
  const progress = openProgress('Downloading');
  let done = 0;
  for (let offset = 0; offset < batch.total; offset += pageSize) {
    const { items } = await client.get<{ items: ItemAnswer[] }>(
      `/batches/${batch.id}/items?offset=${offset}&limit=${pageSize}`,
    );
    const issued = items.filter((item) => item.status === 'issued');
    const lane = async (first: number) => {
      for (let at = first; at < issued.length; at += lanes) {
        const { id, referenceId } = issued[at] as ItemAnswer;
        await writeFile(join(folder, `${referenceId}.pdf`), await client.download(`/credentials/${id}/document.pdf`));
        progress.show(++done, batch.issued);
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)));
  }
  progress.end();
}
