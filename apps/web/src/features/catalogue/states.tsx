import { Button, EmptyState, EndOfList, ErrorState, FormProblem, ListSkeleton, TextSkeleton } from '@videowindow/ui';
import { Clapperboard } from 'lucide-react';
import { Specimen } from './specimen.tsx';

export function StateSpecimens() {
  return (
    <>
      <Specimen name="Skeletons" column>
        <ListSkeleton rows={2} />
        <TextSkeleton />
      </Specimen>
      <Specimen name="EmptyState" column>
        <EmptyState
          icon={<Clapperboard aria-hidden size={26} />}
          title="Your first story starts here"
          action={<Button>Upload a video</Button>}
        >
          Show how a piece is made. You can save it as a draft at any time.
        </EmptyState>
      </Specimen>
      <Specimen name="ErrorState" column>
        <ErrorState onRetry={() => {}} requestId="01HF7Y2Q9N" />
      </Specimen>
      <Specimen name="FormProblem" column>
        <FormProblem>Somebody was faster. The least bid is now $86.00.</FormProblem>
      </Specimen>
      <Specimen name="EndOfList" column>
        <EndOfList />
      </Specimen>
    </>
  );
}
