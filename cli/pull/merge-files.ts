/** Takes items of the config table into the files of a document. */
import { type Document, isMap, isSeq, YAMLSeq } from 'yaml';
import type { Change } from '../../shared/applied/history.ts';
import { ID_KEYS } from '../../shared/config/item-ids.ts';
import type { Body, ItemKind } from '../../shared/config/items.ts';
import { SECTION_KINDS, type Section } from '../../shared/config/merge.ts';
import { parseYaml } from '../../shared/config/yaml/parsed.ts';
import type { SourceText } from '../../shared/config/yaml/source.ts';
import { shieldVariables, unshieldVariables } from '../../shared/config/yaml/variables.ts';
import { keepLines } from './keep-lines.ts';
import { escaped, reconcile, reconcileMap } from './reconcile.ts';

type ListSection = Exclude<Section, 'tests'>;

interface OpenFile extends SourceText {
  document: Document;
  /** As the writer writes it unchanged. */
  before: string;
}

/** The files with the changes made: `before` is what the document means now, `after` what it is to mean. */
export function mergeFiles(files: readonly SourceText[], changes: readonly Change[]): SourceText[] {
  const open = files.map(openFile);
  for (const change of changes) makeChange(open, change);
  return open.map(({ file, text, document, before }) => {
    const after = written(document, text);
    return { file, text: after === before ? text : keepLines(text, before, after) };
  });
}

function openFile({ file, text }: SourceText): OpenFile {
  // An empty file is a document that says nothing yet.
  const { document } = parseYaml(shieldVariables(text.trim() === '' ? 'version: 1\n' : text));
  return { file, text, document, before: written(document, text) };
}

function written(document: Document, text: string): string {
  const indentSeq = !/^\w+:[ \t]*(?:#.*)?\n-/m.test(text);
  return unshieldVariables(document.toString({ lineWidth: 0, indentSeq }));
}

function makeChange(files: readonly OpenFile[], { kind, id, before, after }: Change): void {
  if (kind === 'settings') setKeys(files, before ?? {}, after ?? {});
  else if (kind === 'route') setKeys(files, bodyOf('route', before), bodyOf('route', after));
  else if (!changeEntry(files, { kind, id, before, after }) && after !== null)
    append(files, sectionOf(kind), after);
}

/** Changes the entry that has the id; false where no file has it. */
function changeEntry(files: readonly OpenFile[], { kind, id, before, after }: Change): boolean {
  for (const { document } of files) {
    const list = listIn(document, sectionOf(kind));
    const index = list?.items.findIndex((node) => idOf(node, kind) === id) ?? -1;
    const node = list?.items[index];
    if (list === null || node === undefined) continue;
    if (after === null) list.items.splice(index, 1);
    else if (isMap(node)) reconcileMap(document, node, before ?? {}, after);
    return true;
  }
  return false;
}

function bodyOf(key: string, body: Body | null): Body {
  return body === null ? {} : { [key]: body };
}

function sectionOf(kind: ItemKind): ListSection {
  const found = Object.entries(SECTION_KINDS).find(([, known]) => known === kind);
  return (found?.[0] ?? 'rules') as ListSection;
}

function idOf(node: unknown, kind: ItemKind): unknown {
  return isMap(node) ? node.get(ID_KEYS[kind] ?? 'id') : undefined;
}

function listIn(document: Document, section: ListSection): YAMLSeq | null {
  const list: unknown = document.get(section, true);
  return isSeq(list) ? list : null;
}

/** Keys of the document itself: where a file has the key there, else in the first file. */
function setKeys(files: readonly OpenFile[], from: Body, to: Body): void {
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const { document } = files.find((file) => file.document.has(key)) ?? (files[0] as OpenFile);
    if (!isMap(document.contents)) continue;
    if (to[key] === undefined) document.delete(key);
    else reconcile(document, document.contents, key, from[key], to[key]);
  }
}

function append(files: readonly OpenFile[], section: ListSection, body: Body): void {
  const file = files.find(({ document }) => listIn(document, section) !== null) ?? files[0];
  if (file === undefined) return;
  const { document } = file;
  const list = listIn(document, section) ?? new YAMLSeq();
  list.items.push(document.createNode(escaped(body)));
  document.set(section, list);
}
