/** Makes an input that shows a defect as small as it gets within a few hundred tries. */

import type { Target } from './target.ts';
import { type Trouble, troubleOf } from './trouble.ts';

export async function minimised(target: Target, bytes: Buffer, { kind, signature }: Trouble): Promise<Buffer> {
  let smallest = bytes;
  let left = kind === 'throws' ? 1_500 : 40;
  const shows = async (tried: Buffer) => {
    left--;
    return (await troubleOf(target, tried))?.signature === signature;
  };
  for (let size = Math.ceil(bytes.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < smallest.length && left > 0; ) {
      const tried = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (await shows(tried)) smallest = tried;
      else at += size;
    }
  return smallest;
}
