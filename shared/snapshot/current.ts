import type { Configuration } from '../config/model.ts';
import type { Happened } from '../happenings.ts';
import {
  keepPublished,
  loadItems,
  type PublishDeps,
  publishedHead,
  RECHECK_MS,
  type SnapshotItem,
} from './publish.ts';

/** One version of the configuration, as a function works by it. */
export interface Current {
  version: number;
  configuration: Configuration;
  /** How many items do not work as they stand; the last good version of each is in force. */
  broken: number;
}

export interface CurrentDeps extends PublishDeps {
  happened: Happened;
  /** Joins the good versions of all items; what does not fit together is named and left out. */
  assemble(items: SnapshotItem[]): {
    configuration: Configuration;
    problems: { kind: string; id: string; path: string; message: string }[];
  };
}

/**
 * The configuration in force, kept in memory between invocations: looked at again after `RECHECK_MS`, fetched only
 * when its version changed.
 */
export class CurrentConfiguration {
  readonly #deps: CurrentDeps;
  #known: { checkedAt: number; current: Current } | undefined;
  #loading: Promise<Current> | undefined;

  constructor(deps: CurrentDeps) {
    this.#deps = deps;
  }

  /** @throws what the ports throw, where nothing was ever published or the state table cannot be read. */
  async get(): Promise<Current> {
    if (this.#known !== undefined && this.#known.checkedAt + RECHECK_MS > this.#deps.clock())
      return this.#known.current;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return await this.#loading;
  }

  async #load(): Promise<Current> {
    const checkedAt = this.#deps.clock();
    const { version } = await keepPublished(this.#deps).catch((error: unknown) => this.#lastPublished(error));
    const known = this.#known?.current;
    const current = known?.version === version ? known : await this.#fetch(version);
    this.#known = { checkedAt, current };
    return current;
  }

  /** What was published is worked by, though the config table cannot be read or its change not be written. */
  async #lastPublished(error: unknown): Promise<{ version: number }> {
    const head = await publishedHead(this.#deps.state);
    if (head.version === 0) throw error;
    const why = error instanceof Error ? error.message : String(error);
    this.#report([{ kind: 'table', id: 'config', path: '', message: `it could not be looked at: ${why}` }]);
    return head;
  }

  async #fetch(version: number): Promise<Current> {
    const items = await loadItems(this.#deps.state);
    for (const { kind, id, problems } of items)
      this.#report(problems.map((problem) => ({ kind, id, ...problem })));
    const { configuration, problems } = this.#deps.assemble(items);
    this.#report(problems);
    const named = [...items.filter((item) => item.problems.length > 0), ...problems];
    const broken = new Set(named.map(({ kind, id }) => `${kind} ${id}`)).size;
    return { version, configuration, broken };
  }

  #report(problems: { kind: string; id: string; path: string; message: string }[]): void {
    for (const { kind, id, path, message: reason } of problems) {
      this.#deps.happened({ type: 'configuration', kind, id, path, reason });
    }
  }
}
