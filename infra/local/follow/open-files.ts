import type { Disk, OpenFile } from './disk.ts';

/**
 * Does some work on a disk. Where that fails, what it opened and did not close is closed: nobody else knows of it, and
 * the work is tried again a moment later, for as long as the disk stays as it is.
 */
export async function withoutLeftOpen<Answer>(
  disk: Disk,
  work: (disk: Disk) => Promise<Answer>,
): Promise<Answer> {
  const open = new Set<OpenFile>();
  try {
    return await work(noting(disk, open));
  } catch (error) {
    for (const file of open) await file.close();
    throw error;
  }
}

/** The disk; what is open of it stands in the set. */
function noting(disk: Disk, open: Set<OpenFile>): Disk {
  const noted = (file: OpenFile): OpenFile => {
    const close = () => {
      open.delete(file);
      return file.close();
    };
    open.add(file);
    return { look: () => file.look(), read: (into, from) => file.read(into, from), close };
  };
  return {
    look: (path) => disk.look(path),
    namesIn: (folder) => disk.namesIn(folder),
    async open(path) {
      const file = await disk.open(path);
      return file && noted(file);
    },
    async openUnpacked(path) {
      const unpacked = await disk.openUnpacked(path);
      return unpacked && { ...unpacked, file: noted(unpacked.file) };
    },
  };
}
