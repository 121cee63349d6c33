const ADDRESS = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/;

const words = (url: string): string => url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');

/** What a person says of themselves: as typed, with addresses that can be pressed. They promise nothing for us. */
export function BioText({ text }: { text: string }) {
  return (
    <p className="max-w-text whitespace-pre-line text-ink-2 wrap-anywhere">
      {text.split(ADDRESS).map((part, at) =>
        // Every second part is what the expression caught. The same text has the same parts in the same places.
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        at % 2 === 1 ? <OutsideLink key={`${at} ${part}`} url={part} label={words(part)} /> : part,
      )}
    </p>
  );
}

export function OutsideLink({ url, label }: { url: string; label: string }) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer nofollow ugc me"
      className="text-indigo underline underline-offset-2 wrap-anywhere"
    >
      {label}
    </a>
  );
}
