import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Me } from '@videowindow/contract/api/people';
import { Button, Page, Section, useVoice } from '@videowindow/ui';
import {
  Bot,
  ChevronRight,
  Clapperboard,
  CreditCard,
  DoorOpen,
  EyeOff,
  Film,
  HeartPulse,
  KeyRound,
  type LucideIcon,
  Receipt,
  ShieldCheck,
  ShoppingBag,
  SlidersHorizontal,
  Store,
  User,
  UserPen,
  Users,
  Wallet,
} from 'lucide-react';
import { signOut, useCan, useMe } from '../../app/session.ts';
import { sentenceOf } from '../../lib/queries.ts';
import { useTitle } from '../../lib/title.ts';
import { StaffWaits } from './keys/staff-waits.tsx';

/** One's own corner: where things are, how one is seen, how it looks. */
export function YouPage() {
  useTitle('You');
  const me = useMe();
  if (!me) return null;
  return (
    <Page title={me.displayName} over={`@${me.handle}`} width="form">
      <StaffWaits />
      <Places me={me} />
      <SignOutPart email={me.email} />
    </Page>
  );
}

function Places({ me }: { me: Me }) {
  const isModerator = useCan('moderation.queue');
  const managesMedia = useCan('media.manage');
  const managesSite = useCan('site.manage');
  const managesMoney = useCan('payment.manage');
  const managesPeople = useCan('user.manage');
  const isMaker = me.roles.includes('maker');
  return (
    <ul className="mb-8 overflow-hidden rounded-card border border-line bg-sheet">
      <Place
        to="/orders"
        icon={ShoppingBag}
        name="Orders"
        note="What you bought, offered, and what waits for payment"
      />
      <Place to="/you/payments" icon={Receipt} name="Payments" note="What you paid, and what came back" />
      <Place to="/you/cards" icon={CreditCard} name="Cards" note="Saved with our payment provider, for higher bids" />
      <Place
        to="/you/security"
        icon={KeyRound}
        name="Sign-in and security"
        note="Your ways in, and where you are signed in"
      />
      {isMaker ? (
        <Place to="/studio" icon={Clapperboard} name="Studio" note="Stories, offers, orders to send, money" />
      ) : (
        <Place to="/studio/start" icon={Store} name="Become a maker" note="Show how you make things, and sell them" />
      )}
      {isMaker && <Place to="/studio/start" icon={Store} name="Payout account" note="Where your money goes" />}
      {isModerator && <Place to="/moderation" icon={ShieldCheck} name="Review" note="Stories that wait, and reports" />}
      {managesMoney && (
        <Place to="/admin/money" icon={Wallet} name="Money" note="Payments, disputes, payouts, the books" />
      )}
      {managesPeople && (
        <Place to="/admin/users" icon={Users} name="People and safety" note="Accounts, the audit log, security" />
      )}
      {managesMedia && <Place to="/admin/media" icon={Film} name="Media" note="Uploads at work, and what failed" />}
      {managesSite && <Place to="/admin/health" icon={HeartPulse} name="Health" note="What this place stands on" />}
      <li className="border-t border-line first:border-t-0">
        <Link to="/@{$handle}" params={{ handle: me.handle }} className={placeClass}>
          <PlaceWords icon={User} name="Your public page" note={`/@${me.handle}`} />
        </Link>
      </li>
      <Place to="/you/profile" icon={UserPen} name="How others see you" note="Name, handle, pictures, words, links" />
      <Place to="/you/settings" icon={SlidersHorizontal} name="Settings" note="Looks, playing, mails" />
      <Place to="/you/keys" icon={Bot} name="Keys for programs" note="Let a program of yours in" />
      <Place to="/you/privacy" icon={EyeOff} name="Privacy" note="Who sees what, and whom you blocked" />
      <Place to="/you/account" icon={DoorOpen} name="Your account" note="An archive of it, a pause, or the end" />
    </ul>
  );
}

const placeClass = 'flex min-h-16 items-center gap-4 px-4 py-3 transition-colors duration-120 hover:bg-ink/3';

type PlaceProps = {
  to:
    | '/you/profile'
    | '/you/keys'
    | '/you/settings'
    | '/you/privacy'
    | '/you/account'
    | '/orders'
    | '/you/payments'
    | '/you/cards'
    | '/you/security'
    | '/studio'
    | '/studio/start'
    | '/moderation'
    | '/admin/health'
    | '/admin/media'
    | '/admin/money'
    | '/admin/users';
  icon: LucideIcon;
  name: string;
  note: string;
};

function Place({ to, ...words }: PlaceProps) {
  return (
    <li className="border-t border-line first:border-t-0">
      <Link to={to} className={placeClass}>
        <PlaceWords {...words} />
      </Link>
    </li>
  );
}

function PlaceWords({ icon: Icon, name, note }: { icon: LucideIcon; name: string; note: string }) {
  return (
    <>
      <Icon aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-2" />
      <span className="min-w-0 grow">
        <span className="block font-semibold">{name}</span>
        <span className="block text-14 text-ink-3">{note}</span>
      </span>
      <ChevronRight aria-hidden size={18} className="shrink-0 text-ink-3" />
    </>
  );
}

function SignOutPart({ email }: { email: string }) {
  const { toast } = useVoice();
  const out = useMutation({
    mutationFn: signOut,
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  return (
    <Section title="This session">
      <p className="mb-3 text-ink-2">Signed in as {email}.</p>
      <div className="flex flex-wrap gap-2">
        <Button variant="secondary" busy={out.isPending} onClick={() => out.mutate()}>
          Sign out
        </Button>
      </div>
    </Section>
  );
}
