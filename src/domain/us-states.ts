/** States, territories and military regions of the United States as the post writes them, and which of them the first three digits of a ZIP code belong to. */

const names: Record<string, string> = {
  AL: 'Alabama',
  AK: 'Alaska',
  AZ: 'Arizona',
  AR: 'Arkansas',
  CA: 'California',
  CO: 'Colorado',
  CT: 'Connecticut',
  DE: 'Delaware',
  DC: 'District of Columbia',
  FL: 'Florida',
  GA: 'Georgia',
  HI: 'Hawaii',
  ID: 'Idaho',
  IL: 'Illinois',
  IN: 'Indiana',
  IA: 'Iowa',
  KS: 'Kansas',
  KY: 'Kentucky',
  LA: 'Louisiana',
  ME: 'Maine',
  MD: 'Maryland',
  MA: 'Massachusetts',
  MI: 'Michigan',
  MN: 'Minnesota',
  MS: 'Mississippi',
  MO: 'Missouri',
  MT: 'Montana',
  NE: 'Nebraska',
  NV: 'Nevada',
  NH: 'New Hampshire',
  NJ: 'New Jersey',
  NM: 'New Mexico',
  NY: 'New York',
  NC: 'North Carolina',
  ND: 'North Dakota',
  OH: 'Ohio',
  OK: 'Oklahoma',
  OR: 'Oregon',
  PA: 'Pennsylvania',
  RI: 'Rhode Island',
  SC: 'South Carolina',
  SD: 'South Dakota',
  TN: 'Tennessee',
  TX: 'Texas',
  UT: 'Utah',
  VT: 'Vermont',
  VA: 'Virginia',
  WA: 'Washington',
  WV: 'West Virginia',
  WI: 'Wisconsin',
  WY: 'Wyoming',
  AS: 'American Samoa',
  FM: 'Federated States of Micronesia',
  GU: 'Guam',
  MH: 'Marshall Islands',
  MP: 'Northern Mariana Islands',
  PR: 'Puerto Rico',
  PW: 'Palau',
  VI: 'Virgin Islands',
  AA: 'Armed Forces Americas',
  AE: 'Armed Forces Europe',
  AP: 'Armed Forces Pacific',
};

/** Countries of ISO 3166-1 whose mail is domestic and whose code is that of the state (USPS, Domestic Mail Manual 608.2). */
export const domesticCountries: readonly string[] = ['AS', 'FM', 'GU', 'MH', 'MP', 'PR', 'PW', 'VI'];

const folded = (text: string) => text.toUpperCase().replace(/[^A-Z]/g, '');
const codes = new Map(Object.entries(names).flatMap(([code, name]) => [[code, code] as const, [folded(name), code]]));
for (const name of ['US Virgin Islands', 'Virgin Islands of the US', 'United States Virgin Islands'])
  codes.set(folded(name), 'VI');
codes.set(folded('Washington DC'), 'DC').set(folded('Micronesia'), 'FM');

/** The two letters, for them or for the name, however it is written; undefined for anything else. */
export function stateCode(text: string): string | undefined {
  return codes.get(folded(text));
}

/** `first-last states`, by the first three digits (USPS publication L002); what is missing is assigned to nobody. */
const prefixes = `005 NY,006-007 PR,008 VI,009 PR,010-027 MA,028-029 RI,030-038 NH,039-049 ME,050-054 VT,055 MA,056-059 VT,060-062 CT,063 CT NY,
064-069 CT,070-089 NJ,090-098 AE,100-149 NY,150-196 PA,197-199 DE,200 DC,201 VA,202-205 DC,206-219 MD,220-246 VA,247-268 WV,270-289 NC,
290-299 SC,300-319 GA,320-339 FL,340 AA,341-342 FL,344 FL,346-347 FL,349 FL,350-352 AL,354-369 AL,370-385 TN,386-397 MS,398-399 GA,400-421 KY,
422 KY TN,423-427 KY,430-459 OH,460-479 IN,480-499 MI,500-516 IA,520-528 IA,530-532 WI,534-535 WI,537-549 WI,550-551 MN,553-567 MN,569 DC,
570-577 SD,580-588 ND,590-591 MT,592 MT ND,593-599 MT,600-620 IL,622-629 IL,630-631 MO,633-635 MO,636 MO IL,637-641 MO,644-658 MO,660-662 KS,
664-679 KS,680-681 NE,683-693 NE,700-701 LA,703-708 LA,710-714 LA,716 AR,717 AR LA,718-729 AR,730-731 OK,733 TX,734-738 OK,739 OK TX,740-741 OK,
743-749 OK,750-799 TX,800-810 CO,811 CO NM,812-816 CO,820-826 WY,827 WY SD,828-831 WY,832-833 ID,834 ID WY,835-838 ID,840-844 UT,845 UT AZ,
846-847 UT,850-853 AZ,855-857 AZ,859 AZ,860 AZ UT,863-864 AZ,865 AZ NM UT,870-871 NM,873-875 NM,877-879 NM,880 NM TX,881-884 NM,885 TX,889-891 NV,
893 NV,894 NV CA,895 NV,897-898 NV,900-908 CA,910-928 CA,930-961 CA,962-966 AP,967 HI AS,968 HI,969 GU FM MH MP PW,970-975 OR,976 OR CA,
977-979 OR,980-986 WA,988-994 WA,995-999 AK`;

const statesOf = new Map<string, string[]>();
for (const line of prefixes.split(/,\s*/)) {
  const [range, ...states] = line.split(' ') as [string, ...string[]];
  const [first, last] = range.split('-') as [string, string?];
  for (let at = Number(first); at <= Number(last ?? first); at++) statesOf.set(String(at).padStart(3, '0'), states);
}

/** States in which a ZIP code may lie; none where no ZIP code begins so. */
export function statesOfZip(zip: string): readonly string[] {
  return statesOf.get(zip.slice(0, 3)) ?? [];
}
