// Text that PostgreSQL can't keep (NUL, halves of surrogate pairs) is refused at the door, in whatever field it comes.
import { DomainError } from '@videowindow/contract';

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * Looks through a parsed body, query or path of any depth.
 * @throws DomainError validation_failed naming the field.
 */
export const assertStorableText = (part: string, root: unknown): void => {
  const left: { value: unknown; path: string }[] = [{ value: root, path: part }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && !isStorable(value)) refuse(path);
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) continue;
    for (const [key, member] of Object.entries(value)) {
      if (!isStorable(key)) refuse(path);
      left.push({ value: member, path: path ? `${path}.${key}` : key });
    }
  }
};

const refuse = (path: string) => {
  throw new DomainError('validation_failed', {
    fields: [{ path, message: 'must not hold characters that are no text' }],
  });
};
