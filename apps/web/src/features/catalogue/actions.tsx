import { Button, CountBadge, IconButton, Spinner, StatusChip } from '@videowindow/ui';
import { Gavel, Heart, Trash2, Upload } from 'lucide-react';
import { useState } from 'react';
import { Specimen } from './specimen.tsx';

const variants = ['primary', 'secondary', 'quiet', 'danger'] as const;

export function ActionSpecimens() {
  const [busy, setBusy] = useState(true);
  const [liked, setLiked] = useState(true);
  return (
    <>
      <Specimen name="Button: variants">
        {variants.map((variant) => (
          <Button key={variant} variant={variant}>
            Bid $85.00
          </Button>
        ))}
      </Specimen>
      <Specimen name="Button: busy (press the last to change)">
        {variants.map((variant) => (
          <Button key={variant} variant={variant} busy={busy}>
            Sending
          </Button>
        ))}
        <Button variant="quiet" onClick={() => setBusy(!busy)}>
          {busy ? 'Stop' : 'Start'}
        </Button>
      </Specimen>
      <Specimen name="Button: off, with an icon, sizes">
        <Button disabled>Submit</Button>
        <Button icon={<Upload aria-hidden size={18} />}>Upload</Button>
        <Button size="small" variant="secondary">
          Follow
        </Button>
        <Button size="large">Bid $85.00</Button>
      </Specimen>
      <Specimen name="Button: wide" column>
        <Button wide size="large">
          It arrived
        </Button>
      </Specimen>
      <Specimen name="IconButton: plain, outlined, pressed, busy, off">
        <IconButton label="Delete" icon={<Trash2 aria-hidden size={20} />} />
        <IconButton label="Bid" variant="outlined" icon={<Gavel aria-hidden size={20} />} />
        <IconButton
          label="Like"
          pressed={liked}
          onClick={() => setLiked(!liked)}
          icon={<Heart aria-hidden size={20} fill={liked ? 'currentColor' : 'none'} />}
        />
        <IconButton label="Saving" busy icon={<Heart aria-hidden size={20} />} />
        <IconButton label="Delete" disabled icon={<Trash2 aria-hidden size={20} />} />
      </Specimen>
      <Specimen name="StatusChip, CountBadge, Spinner">
        <StatusChip>Draft</StatusChip>
        <StatusChip tone="live" dot>
          Auction
        </StatusChip>
        <StatusChip tone="good">Paid</StatusChip>
        <StatusChip tone="due">Ending</StatusChip>
        <StatusChip tone="bad">Removed</StatusChip>
        <StatusChip tone="info">In review</StatusChip>
        <CountBadge count={3} label="3 unread" />
        <CountBadge count={12} label="12 unread" />
        <Spinner />
      </Specimen>
      <Specimen name="Over video: glass">
        <div className="flex gap-3 rounded-card bg-[linear-gradient(160deg,#6b3a1e,#1d0f08)] p-5">
          <Button variant="glass" size="small">
            Follow
          </Button>
          <IconButton label="Like" variant="glass" icon={<Heart aria-hidden size={20} />} />
        </div>
      </Specimen>
    </>
  );
}
