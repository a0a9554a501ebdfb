/**
 * Text for markdown dialects that know neither entities nor dependable escapes (DingTalk's, WeCom's): what would act
 * is broken by a space or a look-alike that readers hardly notice and copies survive; words and ids stay as they are.
 */

/** Brackets make links and images, even with a bracket of ours further on; the others make code and headings. */
const LOOK_ALIKES: Record<string, string> = { '[': '［', ']': '］', '`': 'ˋ', '#': '＃' };

/** On one line, so that nothing begins a line but what the layout puts there. */
export function disarmLine(text: string): string {
  return (
    text
      .replace(/\s+/g, ' ')
      // Tags and WeCom's mentions; a `<` before a space or a digit is a comparison.
      .replace(/<(?=[^\s\d=])/g, '< ')
      // Addresses that clients would make links of.
      .replace(/([a-z][a-z0-9+.-]*):(?=\/\/)/gi, '$1: ')
      .replace(/\b(www|mailto|javascript|data|tel)([.:])/gi, '$1 $2')
      // Emphasis takes two of a kind, or one around words.
      .replace(/([*_~])(?=\1)/g, '$1 ')
      .replace(/\*(?=\S)/g, '* ')
      .replace(/~(?=\S)/g, '~ ')
      .replace(/[[\]`#]/g, (mark) => LOOK_ALIKES[mark] ?? mark)
      .trim()
  );
}

/** Each line of a longer text, disarmed by itself. */
export function disarmLines(text: string): string[] {
  return text
    .split('\n')
    .map(disarmLine)
    .filter((line) => line !== '');
}
