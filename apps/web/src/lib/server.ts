// The app's one line to its server.
import { createClient, createRealtime } from '@videowindow/client';
import { clock } from './clock.ts';
import { fetchEarly } from './early.ts';
import { sessionEnded } from './session-ended.ts';
import { stepUp } from './step-up.ts';

export const client = createClient({
  baseUrl: location.origin,
  fetch: fetchEarly,
  onError: (error) => {
    if (error.code === 'sign_in_required') sessionEnded.tell();
  },
  onStepUp: ({ details }) => stepUp.ask(details.ways),
});

export const realtime = createRealtime({ baseUrl: location.origin, onClock: clock.set });
addEventListener('online', () => realtime.wake());
