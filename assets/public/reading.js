// How a ticket's number is read aloud: letter and digits one by one, so that no voice makes a word of them.

const DIGITS = {
  ja: ["ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"],
  ko: ["공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"],
  "zh-Hans": ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"],
};
const LETTERS_JA = [
  "エー", "ビー", "シー", "ディー", "イー", "エフ", "ジー", "エイチ", "アイ", "ジェイ", "ケー", "エル", "エム",
  "エヌ", "オー", "ピー", "キュー", "アール", "エス", "ティー", "ユー", "ブイ", "ダブリュー", "エックス", "ワイ", "ゼット",
];
const VOICES = { "ja-easy": "ja-JP", ja: "ja-JP", en: "en-US", "zh-Hans": "zh-CN", ko: "ko-KR", vi: "vi-VN", pt: "pt-BR" };

/** The tag of the voice that speaks `language`. */
export function voiceTag(language) {
  return VOICES[language] || "ja-JP";
}

/** `A012` as words: `エー、ゼロ、いち、に` in Japanese, `A, 0, 1, 2` where voices read digits well. */
export function readNumber(number, language) {
  const own = language === "ja-easy" ? "ja" : language;
  const parts = [...number].map((sign) => readSign(sign, own));
  return parts.join(own === "ja" || own === "zh-Hans" ? "、" : ", ");
}

function readSign(sign, language) {
  if (/\d/.test(sign)) return DIGITS[language]?.[Number(sign)] ?? sign;
  const place = sign.charCodeAt(0) - 65;
  return language === "ja" ? LETTERS_JA[place] ?? sign : sign;
}
