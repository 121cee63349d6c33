import type { MediaView } from '@videowindow/contract/api/media';
import type { ReactNode } from 'react';
import './clip-frame.css';

/** Fills a phone from edge to edge; on a desk the clip stands in the middle at its own shape. */
export function ClipFrame({ media, children }: { media: MediaView; children: ReactNode }) {
  return (
    <div className="clip-box">
      <div
        className="clip-frame"
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
