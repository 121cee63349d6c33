import {
  Button,
  Card,
  ConfirmDialog,
  IconButton,
  Menu,
  Price,
  Sheet,
  Tabs,
  TextField,
  useVoice,
} from '@videowindow/ui';
import { Ban, Ellipsis, Flag, Share2 } from 'lucide-react';
import { useState } from 'react';
import { Specimen } from './specimen.tsx';

export function OverlaySpecimens() {
  const [sheet, setSheet] = useState(false);
  const [dialog, setDialog] = useState(false);
  const [tab, setTab] = useState('stories');
  const { toast } = useVoice();
  return (
    <Card className="p-5">
      <Specimen name="Sheet, ConfirmDialog, Menu">
        <Button variant="secondary" onClick={() => setSheet(true)}>
          Open a sheet
        </Button>
        <Button variant="secondary" onClick={() => setDialog(true)}>
          Ask first
        </Button>
        <Menu
          trigger={<IconButton label="More" icon={<Ellipsis aria-hidden size={20} />} variant="outlined" />}
          items={[
            { label: 'Share', icon: <Share2 aria-hidden size={18} />, onSelect: () => toast({ text: 'Link copied.' }) },
            { label: 'Report', icon: <Flag aria-hidden size={18} />, onSelect: () => {} },
            { label: 'Block', icon: <Ban aria-hidden size={18} />, danger: true, onSelect: () => {} },
            { label: 'Not possible now', disabled: true, onSelect: () => {} },
          ]}
        />
      </Specimen>
      <Specimen name="Toast: plain, good, bad, with an action">
        <Button variant="secondary" onClick={() => toast({ text: 'Link copied.' })}>
          Plain
        </Button>
        <Button variant="secondary" onClick={() => toast({ text: 'Your bid leads at $85.00.', tone: 'good' })}>
          Good
        </Button>
        <Button
          variant="secondary"
          onClick={() => toast({ text: 'There is no connection. Nothing was lost.', tone: 'bad' })}
        >
          Bad
        </Button>
        <Button
          variant="secondary"
          onClick={() => toast({ text: 'Story archived.', action: { label: 'Undo', onPress: () => {} } })}
        >
          Undo
        </Button>
      </Specimen>
      <Specimen name="Tabs" column>
        <Tabs
          label="Studio"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'stories', label: 'Stories', count: 12, content: <p>Twelve stories.</p> },
            { value: 'offers', label: 'Offers', count: 3, content: <p>Three offers.</p> },
            { value: 'orders', label: 'Orders', content: <p>Nothing to ship.</p> },
          ]}
        />
      </Specimen>
      <Specimen name="Tabs: pill, inside a part of a page" column>
        <Tabs
          look="pill"
          label="Offers"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'stories', label: 'Waiting for you', content: <p>Two offers.</p> },
            { value: 'offers', label: 'All', content: <p>Twelve offers.</p> },
          ]}
        />
      </Specimen>
      <Sheet
        open={sheet}
        onOpenChange={setSheet}
        title="Moon jar, wood ash"
        subtitle="by Ines Duarte · 28 cm · ships from Lisbon $18"
        footer={
          <Button wide size="large" onClick={() => setSheet(false)}>
            Bid $85.00
          </Button>
        }
      >
        <Card tone="sunken" className="mb-4">
          <p className="text-14 text-ink-2">Highest bid · Bidder 3</p>
          <Price value={{ amount: 8400, currency: 'USD' }} size="large" />
        </Card>
        <TextField label="Note to the maker" optional />
      </Sheet>
      <ConfirmDialog
        open={dialog}
        onOpenChange={setDialog}
        title="Take this story down?"
        confirm="Archive"
        danger
        onConfirm={() => setDialog(false)}
      >
        It leaves the feed at once. You can put it back at any time.
      </ConfirmDialog>
    </Card>
  );
}
