import { FileError, readFiles } from '../../shared/config/files.ts';

/** Looks whether the document (a file, a folder or a glob) reads otherwise than when it was last looked at. */
export class DocumentWatch {
  readonly #file: string;
  readonly #cwd: string;
  #seen: string | null;

  constructor(file: string, cwd: string) {
    this.#file = file;
    this.#cwd = cwd;
    this.#seen = this.#read();
  }

  /** False also while it cannot be read: editors remove a file before they write it anew. */
  changed(): boolean {
    const now = this.#read();
    if (now === null || now === this.#seen) return false;
    this.#seen = now;
    return true;
  }

  #read(): string | null {
    try {
      return JSON.stringify(readFiles(this.#file, this.#cwd));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return null;
    }
  }
}
