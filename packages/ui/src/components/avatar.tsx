import { type ReactNode, useState } from 'react';
import { classNames } from '../class-names.ts';

const sizes = { small: 'size-8 text-12', medium: 'size-10 text-14', large: 'size-16 text-22', huge: 'size-24 text-36' };

/** Earth tones for those without a picture; which one follows from the name, so that it stays. */
const clays = ['#8A4B2F', '#6B5B3E', '#4F6152', '#5A5470', '#7A4252', '#3F5F6B'];

const clayOf = (name: string): string =>
  clays[[...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % clays.length] ?? '#6B5B3E';

const initialsOf = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .filter((_, index, words) => index === 0 || index === words.length - 1)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('');

export type AvatarProps = {
  name: string;
  src?: string | null;
  /** What stands there until the picture is here: its blurred impression. */
  meanwhile?: ReactNode;
  size?: keyof typeof sizes;
  ring?: boolean;
};

/** A person's picture, or their initials. Decoration: the name always stands beside it. */
export function Avatar({ name, src, meanwhile, size = 'medium', ring }: AvatarProps) {
  const [failed, setFailed] = useState(false);
  const [here, setHere] = useState<string | null>(null);
  const shape = classNames('shrink-0 overflow-hidden rounded-full', sizes[size], ring && 'ring-2 ring-white/85');
  if (src && !failed)
    return (
      <span className={classNames('relative inline-block', shape)}>
        {here !== src && meanwhile}
        <img
          src={src}
          alt=""
          className="absolute inset-0 size-full object-cover"
          onLoad={() => setHere(src)}
          onError={() => setFailed(true)}
        />
      </span>
    );
  return (
    <span
      aria-hidden
      style={{ backgroundColor: clayOf(name) }}
      className={classNames('grid place-items-center font-title font-semibold text-white', shape)}
    >
      {initialsOf(name)}
    </span>
  );
}
