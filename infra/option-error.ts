/** A prop or context value that cannot work: the user's to mend, so its message alone is shown. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}
