/** Recipients by number, always the same: western and Slavic Latin, or the mix of scripts that an international intake has. */

export const nameKinds = ['latin', 'mix'] as const;
export type NameKind = (typeof nameKinds)[number];

/** Given names and family names, joined as the script joins them. */
interface Script {
  given: string[];
  family: string[];
  join: (given: string, family: string) => string;
}

const words = (text: string) => text.split(' ');
const givenFirst = (given: string, family: string) => `${given} ${family}`;

const latin: Script = {
  given: words(
    'Ada Şeyma Łukasz Žofia Ignacio Maëlle Björn Håkon Chloé Giuseppe Aoife Ömer Katarzyna Jürgen Inês Zsófia Radu',
  ),
  family: words(
    'Lovelace Yılmaz Wiśniewski Dvořáková Muñoz Lefèvre Ångström Sørensen Müller Esposito Ní-Bhriain Çelik Kovács',
  ),
  join: givenFirst,
};
const arabic: Script = {
  given: words('محمد فاطمة عبدالرحمن نور يوسف مريم خالد ليلى إبراهيم سلمى'),
  family: words('الهاشمي العلي المنصوري بن-سعيد الخطيب القاسم النجار'),
  join: givenFirst,
};
const arabicWithLatin: Script = {
  ...arabic,
  join: (given, family) => `${given} ${family} (${latin.given[given.length % latin.given.length]} ${family.length})`,
};
const devanagari: Script = {
  given: words('आदित्य प्रिया राजेश लक्ष्मी श्रीनिवास अनुष्का कृष्ण'),
  family: words('शर्मा कुलकर्णी त्रिपाठी सिंह वर्मा मिश्रा'),
  join: givenFirst,
};
const thai: Script = {
  given: words('สมชาย กมลวรรณ ณัฐพล ปิยะดา อรุณี วิชัย'),
  family: words('ศรีสุข รัตนโกสินทร์ จันทร์เพ็ญ วงศ์ใหญ่ บุญมี'),
  join: givenFirst,
};
const chinese: Script = {
  given: words('伟 芳芳 秀英 子涵 建国 雨桐 梓萱 浩然'),
  family: words('王 李 张 刘 陈 欧阳 赵 黄'),
  join: (given, family) => family + given,
};
const japanese: Script = {
  given: words('さくら 健太 結衣 大輔 美咲 翔太 陽菜'),
  family: words('佐藤 鈴木 髙橋 田中 渡邊 伊藤 小林'),
  join: (given, family) => `${family} ${given}`,
};
const korean: Script = {
  given: words('민준 서연 지우 하은 도윤 예준'),
  family: words('김 이 박 최 정 강 남궁'),
  join: (given, family) => family + given,
};
const vietnamese: Script = {
  given: words('Thị-Hường Văn-Đức Quốc-Bảo Ngọc-Ánh Thuỳ-Dương'),
  family: words('Nguyễn Trần Phạm Hoàng Đặng'),
  join: (given, family) => `${family} ${given.replace('-', ' ')}`,
};
const cyrillic: Script = {
  given: words('Анастасія Дмитрий Єва Борислав Надежда Милош'),
  family: words('Шевченко Иванова Ђорђевић Петров Кузнецов'),
  join: givenFirst,
};

/** One tenth each. */
const mix = [arabic, arabicWithLatin, devanagari, thai, chinese, japanese, korean, vietnamese, cyrillic, latin];

/** The name of recipient `number`, NFC: two given names and a family name, so that thousands pass before one comes again. */
export function nameOf(kind: NameKind, number: number): string {
  const { given, family, join } = kind === 'latin' ? latin : (mix[number % mix.length] as Script);
  const turn = kind === 'latin' ? number : Math.floor(number / mix.length);
  const pick = (list: string[], at: number) => list[at % list.length] as string;
  const first = pick(given, turn);
  const second = pick(given, Math.floor(turn / given.length) * 3 + turn + 1);
  const last = pick(family, Math.floor(turn / given.length ** 2) + turn);
  const space = /^\p{sc=Han}|^\p{sc=Hira}|^\p{sc=Hang}/u.test(first) ? '' : ' ';
  return join(second === first ? first : first + space + second, last).normalize('NFC');
}
