import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole runs of the product take by far the longest, and are told in little text. */
const LONG = /\/test\/(?:e2e|simulation|cli\/local-)/;

/**
 * The order of test files: where nothing is known from an earlier run, as in a fresh clone, the largest files come first,
 * and a small one that takes long would be begun when all other workers are about to have nothing left to do.
 */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
