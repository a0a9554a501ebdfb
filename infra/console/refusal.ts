import type { Locale } from '../../shared/config/model.ts';

/** A request that is refused, with its HTTP status and one sentence for people. */
export class Refusal extends Error {
  readonly status: number;
  readonly #chinese: string;

  /** What names a place in a document is told in English alone, as `tocsin check` does. */
  constructor(status: number, english: string, chinese = english) {
    super(english);
    this.name = 'Refusal';
    this.status = status;
    this.#chinese = chinese;
  }

  sentence(locale: Locale): string {
    return locale === 'zh-CN' ? this.#chinese : this.message;
  }
}
