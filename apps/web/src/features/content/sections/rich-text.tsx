import { readRichText, type Span } from '@videowindow/contract/rich-text';
import { classNames } from '@videowindow/ui';

/** Words with their lists, stress and links, as the maker marked them. */
export function RichText({ text }: { text: string }) {
  return (
    <div className="grid max-w-text gap-2 text-ink-2">
      {readRichText(text).map((block, at) => {
        // The same text has the same blocks in the same places.
        const key = `${at}`;
        if (block.kind === 'paragraph')
          return (
            <p key={key} className="whitespace-pre-line">
              <Spans spans={block.spans} />
            </p>
          );
        const List = block.kind === 'bullets' ? 'ul' : 'ol';
        return (
          <List
            key={key}
            start={block.kind === 'numbers' ? block.start : undefined}
            className={classNames('grid gap-1 pl-5', block.kind === 'bullets' ? 'list-disc' : 'list-decimal')}
          >
            {block.items.map((spans, item) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <li key={item}>
                <Spans spans={spans} />
              </li>
            ))}
          </List>
        );
      })}
    </div>
  );
}

function Spans({ spans }: { spans: readonly Span[] }) {
  return spans.map((span, at) => {
    const key = `${at}`;
    switch (span.kind) {
      case 'text':
        return span.text;
      case 'strong':
        return <strong key={key}>{span.text}</strong>;
      case 'stressed':
        return <em key={key}>{span.text}</em>;
      case 'link':
        return (
          <a
            key={key}
            href={span.href}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            className="text-indigo underline underline-offset-2 wrap-anywhere"
          >
            {span.text}
          </a>
        );
    }
    return null;
  });
}
