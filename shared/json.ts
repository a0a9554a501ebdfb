/** JSON in texts that may hold anything. */

/** The value that a text is in JSON; undefined where it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a value has fields; an array's are its indices. */
export function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The fields of the object that a text is in JSON; none where it is anything else. */
export function jsonFields(text: string): Record<string, unknown> {
  const value = parsedJson(text);
  return hasFields(value) ? value : {};
}

/** Whether the first character that is no white space opens an object or an array. */
export function startsLikeJson(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue;
    return code === 0x7b || code === 0x5b;
  }
  return false;
}
