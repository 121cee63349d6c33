import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccountSettings } from '@videowindow/contract/api/account';
import { useEffect } from 'react';
import { keyOf, read } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { carryChoices } from './carry-choices.ts';
import { ConsentSheet } from './consent-sheet.tsx';

/** What is told to the account, one after the other. */
let line: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** What an account decides about the device that somebody is signed in on. */
export function AccountHere() {
  const queries = useQueryClient();
  const settings = useQuery({ ...read('GET /users/me/settings'), staleTime: 60_000 }).data;
  useEffect(() => {
    if (!settings) return;
    const tell = (change: AccountSettings) => {
      waiting++;
      line = line
        .then(() => client.call('PATCH /users/me/settings', { body: change }))
        .catch(() => null) // it holds on this device
        .then((saved) => {
          waiting--;
          // An answer to an earlier choice would undo a later one.
          if (saved && waiting === 0) queries.setQueryData(keyOf('GET /users/me/settings'), saved);
        });
    };
    return carryChoices(settings, tell);
  }, [settings, queries]);
  return <ConsentSheet />;
}
