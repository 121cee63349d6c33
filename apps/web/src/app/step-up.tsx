import { lazy, Suspense } from 'react';
import { useStepUpAsk } from '../lib/step-up.ts';

const StepUpSheet = lazy(() => import('../features/people/step-up-sheet.tsx'));

/** Comes up by itself when a call asks for a fresh factor; its code comes with it. */
export function StepUp() {
  const ask = useStepUpAsk();
  return <Suspense>{ask && <StepUpSheet ask={ask} />}</Suspense>;
}
