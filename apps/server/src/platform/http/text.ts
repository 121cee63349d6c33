// Text that PostgreSQL can't keep (NUL, halves of surrogate pairs) is refused at the door, in whatever field it comes;
// and so is what lies deeper than anything of ours, before it meets what would walk it by calling itself.
import { DomainError } from '@videowindow/contract';

const MAX_DEPTH = 32;

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * Looks through a parsed body, query or path of any depth.
 * @throws DomainError validation_failed naming the field.
 */
export const assertStorableText = (part: string, root: unknown): void => {
  const left: { value: unknown; path: string; depth: number }[] = [{ value: root, path: part, depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path, depth } = next;
    if (depth > MAX_DEPTH) refuse(part, 'lies too deep');
    if (typeof value === 'string' && !isStorable(value)) refuse(path, NO_TEXT);
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) continue;
    for (const [key, member] of Object.entries(value)) {
      if (!isStorable(key)) refuse(path, NO_TEXT);
      left.push({ value: member, path: path ? `${path}.${key}` : key, depth: depth + 1 });
    }
  }
};

const NO_TEXT = 'must not hold characters that are no text';

const refuse = (path: string, message: string) => {
  throw new DomainError('validation_failed', { fields: [{ path, message }] });
};
