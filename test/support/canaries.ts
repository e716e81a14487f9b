/** Words that nobody else has: whoever finds one knows whose text it is. Eight letters behind `qz`, without ligatures, so that a page gives them back. */

const syllables = ['b', 'd', 'g', 'k', 'm', 'n', 'p', 'r', 's', 't'].flatMap((first) =>
  ['a', 'e', 'i', 'o', 'u'].map((second) => first + second),
);
const count = syllables.length ** 4;

/** Another word for each number from 0 to 6,249,999; those of neighbours look nothing alike. */
export function canary(number: number): string {
  // Prime to the count, so that no two meet.
  let rest = (number * 2_718_281) % count;
  let word = 'qz';
  for (let at = 0; at < 4; at++) {
    word += syllables[rest % syllables.length];
    rest = Math.floor(rest / syllables.length);
  }
  return word;
}

/** All that are in the text, each once, in order. */
export function canariesIn(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/qz(?:[bdgkmnprst][aeiou]){4}/g))].sort();
}
