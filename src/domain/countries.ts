/** Countries by the names people write, and as the post writes them: ISO 3166-1 codes, names in many languages (Unicode CLDR), names in English for the last line of an address. */

/** Two letters and three of each country; Kosovo's are not ISO's own, but all posts use them. */
const codes = `
ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR
BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL
CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH
FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM
GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN
KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO
MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL
NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT
PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR
SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR
UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE XKXKX`
  .trim()
  .split(/\s+/)
  .map((pair) => [pair.slice(0, 2), pair.slice(2)] as const);

/** English first: where two languages mean different countries by one word, the earlier counts. */
const languages =
  'en fr es de it pt nl da nb sv fi is pl cs sk hu sl hr sr bs ro bg el tr et lv lt ru uk sq mk ca ga mt ar he fa hi th vi id ms ja ko zh zh-Hant';

/** What is written besides the names that a language gives. */
const aliases: Record<string, string> = {
  US: 'USA, United States, U.S., U.S.A., United States of America, The United States, Estados Unidos de America, EEUU, EUA',
  GB: 'UK, U.K., Great Britain, Britain, England, Scotland, Wales, Northern Ireland, United Kingdom of Great Britain and Northern Ireland',
  IE: 'Republic of Ireland, Eire',
  NL: 'Holland, The Netherlands',
  CZ: 'Czech Republic',
  TR: 'Turkey, Türkiye',
  KR: 'Korea, South Korea, Republic of Korea',
  KP: "North Korea, Democratic People's Republic of Korea",
  RU: 'Russian Federation',
  CN: "People's Republic of China, PRC, Mainland China",
  HK: 'Hong Kong',
  MO: 'Macao, Macau',
  TW: 'Taiwan, Province of China Taiwan, Taiwan Province of China, Republic of China',
  VN: 'Viet Nam',
  LA: 'Laos',
  SY: 'Syrian Arab Republic',
  IR: 'Islamic Republic of Iran',
  MD: 'Republic of Moldova',
  MK: 'Macedonia',
  PS: 'Palestine, State of Palestine',
  VA: 'Vatican, Holy See',
  CD: 'DR Congo, DRC, Democratic Republic of the Congo, Congo (Kinshasa), Zaire',
  CG: 'Congo, Republic of the Congo, Congo (Brazzaville)',
  CI: 'Ivory Coast',
  CV: 'Cabo Verde, Cape Verde',
  SZ: 'Swaziland, Eswatini',
  TL: 'East Timor',
  MM: 'Burma, Myanmar',
  BN: 'Brunei Darussalam',
  TZ: 'United Republic of Tanzania',
  VE: 'Bolivarian Republic of Venezuela',
  BO: 'Plurinational State of Bolivia',
  BS: 'Bahamas, The Bahamas',
  GM: 'Gambia, The Gambia',
  AE: 'UAE',
  VI: 'Virgin Islands US, US Virgin Islands, U.S. Virgin Islands, Virgin Islands (U.S.)',
  VG: 'Virgin Islands British, British Virgin Islands',
  FM: 'Federated States of Micronesia',
  SH: 'Saint Helena, St. Helena',
  CH: 'Swiss Confederation',
};

/** In capitals on the last line, where the English name of CLDR is not what the post expects. */
const postal: Record<string, string> = {
  CG: 'Republic of the Congo',
  CD: 'Democratic Republic of the Congo',
  HK: 'Hong Kong',
  MM: 'Burma',
  MO: 'Macao',
  TR: 'Turkey',
  VA: 'Vatican City',
};

const english = new Intl.DisplayNames('en', { type: 'region' });

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^the /, '')
    .replace(/\bst\b/g, 'saint')
    .replaceAll(' ', '');
}

const known = new Map<string, string>();
/** Languages that were not needed yet: all of them take a quarter of a second. */
const unread = languages.split(' ');

function learn(name: string | undefined, code: string): void {
  const key = folded(name ?? '');
  if (key !== '' && !known.has(key)) known.set(key, code);
}

for (const [two, three] of codes) {
  learn(two, two);
  learn(three, two);
}
for (const [code, list] of Object.entries(aliases)) for (const name of list.split(', ')) learn(name, code);

function codeOf(text: string): string | undefined {
  const key = folded(text);
  while (!known.has(key) && unread.length > 0) {
    const display = new Intl.DisplayNames(unread.shift(), { type: 'region', fallback: 'none' });
    for (const [two] of codes) learn(display.of(two), two);
  }
  return known.get(key);
}

/** ISO 3166-1 alpha-2 of a code or name in any of the usual languages; undefined where nobody knows it. */
export function countryCode(text: string): string | undefined {
  // ISO's own lists say `Korea, Republic of`.
  const comma = text.indexOf(',');
  return codeOf(text) ?? (comma === -1 ? undefined : codeOf(`${text.slice(comma + 1)} ${text.slice(0, comma)}`));
}

/** In English, as the last line of an address says it, not in capitals. */
export function countryName(code: string): string {
  return postal[code] ?? english.of(code) ?? code;
}
