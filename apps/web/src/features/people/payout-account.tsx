import { useMutation } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { MakerAccount } from '@videowindow/contract/api/people';
import { Button, Card, StatusChip, type Tone } from '@videowindow/ui';
import { useEffect, useRef } from 'react';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useReturn } from '../../lib/use-return.ts';
import { requirementWords } from './requirement-words.ts';

type State = MakerAccount['payoutAccount']['state'];

const words: Record<State, { chip: string; tone: Tone; sentence: string; button: string | null }> = {
  none: {
    chip: 'Not linked',
    tone: 'due',
    sentence: 'Link an account so that you can be paid. Before it is linked no auction opens and no offer is accepted.',
    button: 'Link an account',
  },
  pending: {
    chip: 'Being checked',
    tone: 'info',
    sentence: 'The payment provider looks at what you entered. This page notices by itself when it is done.',
    button: 'Go on at the provider',
  },
  restricted: {
    chip: 'Something is missing',
    tone: 'due',
    sentence: 'The payment provider needs a little more from you before it can pay you.',
    button: 'Go on at the provider',
  },
  enabled: {
    chip: 'Linked',
    tone: 'good',
    sentence: 'You can sell. When a buyer confirms, your part goes to this account.',
    button: null,
  },
};

/** Where a maker's money goes. It is entered on the provider's own page; we only hear how it stands. */
export function PayoutAccount(props: {
  account: MakerAccount['payoutAccount'];
  /** The provider's link was used up, and it sent the person here for a fresh one. */
  linkAgain: boolean;
  /** That has been begun. */
  onLinkAgain: () => void;
}) {
  const { account, linkAgain } = props;
  const { chip, tone, sentence, button } = words[account.state];
  const missing = requirementWords(account.requirementsDue);
  const link = useMutation({
    mutationFn: () => client.call('POST /makers/me/onboarding'),
    onSuccess: ({ url }) => location.assign(url),
  });
  useReturn(link.reset);
  const goOn = useRef(() => {});
  goOn.current = () => {
    // First out of the address, so that going back does not lead here again.
    props.onLinkAgain();
    link.mutate();
  };
  useEffect(() => {
    if (linkAgain) goOn.current();
  }, [linkAgain]);
  return (
    <Card className="grid gap-3 p-5">
      <div>
        <StatusChip tone={tone}>{chip}</StatusChip>
        <p className="mt-2 text-ink-2">{sentence}</p>
      </div>
      {missing.length > 0 && (
        <div>
          <p className="text-14 font-semibold text-ink-2">Still needed</p>
          <ul className="mt-1 list-disc pl-5 text-14 text-ink-2">
            {missing.map((requirement) => (
              <li key={requirement}>{requirement}</li>
            ))}
          </ul>
        </div>
      )}
      {link.isError && (
        <p role="alert" className="rounded-control bg-madder/8 px-4 py-3 text-14 text-madder">
          {isApiError(link.error, 'capability_off')
            ? 'This server cannot take payments yet. Its operator has to set up a payment provider first.'
            : sentenceOf(link.error)}
        </p>
      )}
      {button && (
        <>
          <Button size="large" wide busy={link.isPending || link.isSuccess} onClick={() => link.mutate()}>
            {link.isSuccess ? 'Opening the provider' : button}
          </Button>
          <p className="text-14 text-ink-3">
            You enter your details on the payment provider's page, not here. It takes some minutes, and you come back.
          </p>
        </>
      )}
    </Card>
  );
}
