import type { ProfileLink } from '@videowindow/contract/api/people';
import { Button, IconButton, TextField } from '@videowindow/ui';
import { Plus, X } from 'lucide-react';

const MOST = 5;

/** Where else one can be found: a name and an address each. An address without its https:// gets it. */
export function LinksField({
  links,
  onChange,
  problems,
}: {
  links: readonly ProfileLink[];
  onChange: (links: ProfileLink[]) => void;
  problems: readonly number[];
}) {
  const put = (at: number, part: Partial<ProfileLink>) =>
    onChange(links.map((link, index) => (index === at ? { ...link, ...part } : link)));
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 font-semibold">Links</legend>
      {links.map((link, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <div key={at} className="flex items-start gap-2">
          <TextField
            className="basis-32 grow"
            label={`Name of link ${at + 1}`}
            hideLabel
            placeholder="My shop"
            maxLength={40}
            value={link.label}
            onChange={(event) => put(at, { label: event.target.value })}
          />
          <TextField
            className="basis-48 grow-2"
            label={`Address of link ${at + 1}`}
            hideLabel
            inputMode="url"
            placeholder="example.com"
            maxLength={300}
            value={link.url}
            onChange={(event) => put(at, { url: event.target.value })}
            error={problems.includes(at) ? 'A name, and an address that starts with https://.' : undefined}
          />
          <IconButton
            label={`Remove link ${at + 1}`}
            icon={<X aria-hidden size={18} />}
            onClick={() => onChange(links.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {links.length < MOST && (
        <div>
          <Button
            variant="quiet"
            size="small"
            icon={<Plus aria-hidden size={16} />}
            onClick={() => onChange([...links, { label: '', url: '' }])}
          >
            Add a link
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** What is sent: empty lines are left out, addresses get their https://. */
export const tidyLinks = (links: readonly ProfileLink[]): ProfileLink[] =>
  links
    .map(({ label, url }) => ({ label: label.trim(), url: url.trim() }))
    .filter(({ label, url }) => label !== '' || url !== '')
    .map(({ label, url }) => ({ label, url: /^[a-z]+:/i.test(url) || url === '' ? url : `https://${url}` }));

/** The lines that cannot be sent. */
export const badLinks = (links: readonly ProfileLink[]): number[] =>
  links.flatMap(({ label, url }, at) => {
    const isEmpty = label.trim() === '' && url.trim() === '';
    const [tidy] = tidyLinks([{ label, url }]);
    const isGood =
      tidy &&
      tidy.label !== '' &&
      /^https:\/\/[^\s/?#@\\.]+(\.[^\s/?#@\\.]+)*\.[^\s/?#@\\.]{2,}([/?#]\S*)?$/.test(tidy.url);
    return isEmpty || isGood ? [] : [at];
  });
