import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link in a line of text, and over a title to the page which this one belongs to. */
export function TextLink(props: Pick<LinkProps, 'to' | 'params' | 'search'> & { children: ReactNode }) {
  return <Link className="text-indigo underline underline-offset-2" {...props} />;
}

/** Over the titles of pages that are reached from You. */
export const toYou = <TextLink to="/you">You</TextLink>;
