// Small objects that are asked for again and again, such as the first segments of what is in the feed: kept in memory, so
// that they are not read for each viewer. Content never changes under its key and validator; whether it is still there is
// asked before, by whoever asks here.
import type { ObjectStat, Storage } from '#platform/storage';

/** Larger ones are streamed. */
const LARGEST_BYTES = 1 << 20;
const BUDGET_BYTES = 48 << 20;

export type HotObjects = {
  /** The whole object; null for one that is better streamed. Rejects with ENOENT when it is gone. */
  read(key: string, found: ObjectStat): Promise<Buffer | null>;
};

export const createHotObjects = (storage: Pick<Storage, 'read'>, budget = BUDGET_BYTES): HotObjects => {
  /** In the order of their last use. */
  const kept = new Map<string, Buffer>();
  let bytes = 0;

  const keep = (name: string, content: Buffer): void => {
    if (kept.has(name)) return;
    kept.set(name, content);
    bytes += content.length;
    for (const [oldest, { length }] of kept) {
      if (bytes <= budget) break;
      kept.delete(oldest);
      bytes -= length;
    }
  };

  return {
    async read(key, found) {
      if (found.bytes > LARGEST_BYTES) return null;
      const name = `${key} ${found.bytes} ${found.modifiedAt.getTime()}`;
      const known = kept.get(name);
      if (known) {
        kept.delete(name);
        kept.set(name, known);
        return known;
      }
      const content = Buffer.concat(await (await storage.read(key)).toArray());
      // A file that was replaced in between belongs to another validator.
      if (content.length === found.bytes) keep(name, content);
      return content;
    },
  };
};
