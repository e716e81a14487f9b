/** Names of many scripts go onto a page and come out of two independent readers as they went in. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { documentOf, nameBox, programOf, textByPdfium, textByPdfJs, valuesOf } from './page.test-support.ts';

/** Readers that give a name back differently, each for a reason of its own. */
const exceptions: Record<string, { pdfium?: string; pdfjs?: string }> = {
  'Arabic with a Latin part in brackets': { pdfium: 'turns the brackets round' },
  'Hebrew in brackets within Latin': { pdfium: 'turns the closing bracket round' },
  Lao: { pdfjs: 'takes the vowel sign am apart (NFKC)' },
};

const names: Record<string, string> = {
  Latin: 'Zoë Łukasiewicz-Øster',
  'Latin with ligatures': 'Griffith Fjord affluent',
  'Latin letters that need a combining mark': 'X̣́ylo q̈uin',
  Vietnamese: 'Nguyễn Thị Hồng Ngọc'.normalize('NFD').normalize('NFC'),
  Greek: 'Γεώργιος Παπαδόπουλος',
  Cyrillic: 'Олександр Щербаків',
  Arabic: 'الأحمدي الله عبد يوسف محمد',
  'Arabic with lam-alef alone and in words': 'لا إله علاء الدين لؤي ولاء الآغا',
  'Arabic with vowel marks': 'مُحَمَّد بْن سَلْمَان',
  'Arabic with Arabic-Indic and European digits': 'القسم ١٢٣ عام 2026',
  'Arabic with a Latin part in brackets': 'محمد (Mohamed) علی',
  Urdu: 'محمد علی خان ٹیپو گے',
  'Persian with a zero-width non-joiner': 'می‌خواهم نیما',
  Hebrew: 'שרה כהן-לוי',
  'Hebrew with points': 'שָׂרָה בְּרֵאשִׁית'.normalize('NFC'),
  'Hebrew in brackets within Latin': 'Anna (שרה) Levi 2026',
  Devanagari: 'क्षत्रिय विक्रमादित्य ज्ञानेश्वर सिंह',
  Bengali: 'শ্রীকান্ত চট্টোপাধ্যায় মোঃ'.normalize('NFC'),
  Tamil: 'கொங்குவேள் ஸ்ரீனிவாசன்',
  Thai: 'นายสมชาย น้ำใจดี ที่รัก',
  'Simplified Chinese': '欧阳诗雨',
  'Traditional Chinese': '歐陽詩雨 龍',
  Japanese: 'さくら 高橋 ジョン',
  'Full-width Latin': 'Ｆｕｌｌ',
  Korean: '김민준 박서연',
  Khmer: 'សុខា ចន្ទ្រា',
  Myanmar: 'မောင်မောင်ကြီး',
  Telugu: 'శ్రీనివాస్ రావు',
  Kannada: 'ಶ್ರೀಕೃಷ್ಣ',
  Malayalam: 'ശ്രീകുമാർ',
  Sinhala: 'ශ්‍රී ලංකා',
  Gujarati: 'ક્ષિતિજ શ્રી',
  Gurmukhi: 'ਸਿੰਘ ਪ੍ਰੀਤ'.normalize('NFC'),
  Lao: 'ສົມສັກ ນ້ຳ',
  Ethiopic: 'አበበ በቂላ',
  Georgian: 'გიორგი',
  Armenian: 'Արամ Խաչատրյան',
  'Latin, Cyrillic and Han on one line': 'Anna Анна 安娜',
};

const program = programOf([nameBox]);

for (const [script, name] of Object.entries(names))
  test(`a name in ${script} is found in the document`, async () => {
    const pdf = documentOf(await program, valuesOf({ name }));
    const found = { pdfium: await textByPdfium(pdf), pdfjs: await textByPdfJs(pdf) };
    for (const reader of ['pdfium', 'pdfjs'] as const) {
      const matches = found[reader].normalize('NFC').includes(name);
      const excused = exceptions[script]?.[reader] !== undefined;
      assert.equal(matches, !excused, `${reader} reads ${JSON.stringify(found[reader])}`);
    }
  });

test('bold and italic documents say the same text', async () => {
  const styled = await programOf([{ ...nameBox, weight: 700, italic: true, family: 'Noto Sans' }]);
  for (const name of ['Ágnes Nagy', 'विक्रम', 'ที่รัก', 'محمد']) {
    const pdf = documentOf(styled, valuesOf({ name }));
    assert.equal(await textByPdfium(pdf), name);
    assert.equal(await textByPdfJs(pdf), name);
  }
});

test('a name of a pen script whose letters kerning drives apart is read without blanks', async () => {
  const pen = await programOf([{ ...nameBox, family: 'Great Vibes' }]);
  for (const name of ['Imran Khan', 'Kim Kyllönen Af', 'محمد Khan']) {
    const pdf = documentOf(pen, valuesOf({ name }));
    assert.equal(await textByPdfium(pdf), name);
    assert.equal(await textByPdfJs(pdf), name);
  }
});

test('letters set far apart are read as words, whatever their direction', async () => {
  const spaced = await programOf([{ ...nameBox, letterSpacing: 6 }]);
  for (const name of ['Anna Levi', 'Zoë Åström', 'ที่รัก', 'محمد Ali', 'שָׂרָה Levi'.normalize('NFC'), '北京 김민준'])
    assert.equal((await textByPdfium(documentOf(spaced, valuesOf({ name })))).normalize('NFC'), name);
});

test('the language decides which East Asian face draws a character', async () => {
  const faces: Record<string, string> = {};
  for (const language of ['ja', 'ko', 'zh-Hans', 'zh-Hant-TW', 'en']) {
    const pdf = documentOf(await programOf([{ ...nameBox, language }]), valuesOf({ name: '直海' }));
    faces[language] = /\+(NotoSans[A-Za-z]+)-Regular/.exec(pdf.toString('latin1'))?.[1] ?? 'none';
  }
  assert.deepEqual(faces, {
    ja: 'NotoSansJP',
    ko: 'NotoSansKR',
    'zh-Hans': 'NotoSansHans',
    'zh-Hant-TW': 'NotoSansHant',
    en: 'NotoSansHans',
  });
});
