/** Where a paragraph may be broken into lines: the common core of UAX 14, and words of the scripts that write none apart. */

const noSpaceScripts = /[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;
const ideograph = /[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\u3000-\u303f\uff00-\uff60]/u;
const noBreakBefore =
  /[\p{Pe}\p{Pf}\p{M}!?,.:;%\u2026\u3001\u3002\u3005\u303b\u309d\u309e\u30fc-\u30fe\uff01\uff0c\uff0e\uff1a\uff1b\uff1fぁぃぅぇぉっゃゅょァィゥェォッャュョ]/u;
const noBreakAfter = /[\p{Ps}\p{Pi}]/u;
const glue = /[\u00a0\u202f]|\u200d|\u2060/;
const breakingSpace = /[ \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000]/;
const breakingHyphen = /[-\u2010\u2012\u2013\u058a]/;

const words = new Intl.Segmenter('th', { granularity: 'word' });

/** UTF-16 indices, ascending, at which a new line may start; never 0, never the text's end. */
export function breakOpportunities(text: string): number[] {
  const found = new Set<number>();
  let before = '';
  let at = 0;
  for (const character of text) {
    if (at > 0 && mayBreak(before, character)) found.add(at);
    before = character;
    at += character.length;
  }
  if (noSpaceScripts.test(text)) {
    let last = '';
    for (const { segment, index } of words.segment(text)) {
      if (index > 0 && noSpaceScripts.test(last) && noSpaceScripts.test(segment)) found.add(index);
      last = segment;
    }
  }
  return [...found].sort((a, b) => a - b);
}

function mayBreak(before: string, after: string): boolean {
  if (isAlphanumeric(before) && isAlphanumeric(after)) return false;
  if (breakingSpace.test(after)) return false;
  if (breakingSpace.test(before)) return true;
  if (glue.test(before) || glue.test(after)) return false;
  if (noBreakBefore.test(after) || noBreakAfter.test(before)) return false;
  if (breakingHyphen.test(before)) return /\p{L}/u.test(after);
  return ideograph.test(before) || ideograph.test(after);
}

/** Of ASCII; between two of them no line is ever broken. */
function isAlphanumeric(character: string): boolean {
  const unit = character.charCodeAt(0);
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39);
}
