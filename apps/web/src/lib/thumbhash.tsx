import { classNames } from '@videowindow/ui';
import { useLayoutEffect, useRef } from 'react';
import { thumbHashToRGBA } from 'thumbhash';

/**
 * A picture's blurred impression, drawn from a few bytes that came with its description. Made of waves of at least a third of
 * its width it is soft at every size: a CSS filter on top would be worked out anew for each frame of the film above it.
 */
export function Thumbhash({ hash, className }: { hash: string; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Before the next paint: another picture's impression must not lie under this one.
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || !hash) return;
    const bytes = Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0));
    const { w, h, rgba } = thumbHashToRGBA(bytes);
    element.width = w;
    element.height = h;
    const pixels = context.createImageData(w, h);
    pixels.data.set(rgba);
    context.putImageData(pixels, 0, 0);
  }, [hash]);
  return <canvas ref={canvas} aria-hidden className={classNames('size-full', className)} />;
}
