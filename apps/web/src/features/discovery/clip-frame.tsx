import type { MediaView } from '@videowindow/contract/api/media';
import type { ReactNode } from 'react';
import './clip-frame.css';

type Props = {
  media: MediaView;
  /** The story's words lie over its lower part; captions keep clear of them. */
  overlaid?: boolean;
  children: ReactNode;
};

/** Fills a phone from edge to edge; on a desk the clip stands in the middle at its own shape. */
export function ClipFrame({ media, overlaid, children }: Props) {
  return (
    <div className="clip-box">
      <div
        className={overlaid ? 'clip-frame clip-overlaid' : 'clip-frame'}
        // The shape is the clip's own, so it can't be a class. React sets it through the CSSOM, which the policy allows.
        style={{ '--shape': media.width / media.height } as React.CSSProperties}
      >
        {children}
      </div>
    </div>
  );
}

/** Tall clips may lose a sliver at the edges of a phone, wide ones are shown whole. */
export const fitOf = (media: MediaView, isPhone: boolean): 'cover' | 'contain' =>
  isPhone && media.width / media.height > 0.7 ? 'contain' : 'cover';
