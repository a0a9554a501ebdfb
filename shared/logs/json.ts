/** Whether the first character that is no white space opens an object or an array. */
export function startsLikeJson(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue;
    return code === 0x7b || code === 0x5b;
  }
  return false;
}
