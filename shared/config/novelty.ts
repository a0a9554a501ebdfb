import type { FieldReference } from './model.ts';

/** The label that names what a `novel` condition found. */
export function noveltyLabel(of: 'template' | FieldReference): string {
  return of === 'template' ? 'template' : 'value';
}
