import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { VoiceProvider } from '@videowindow/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createAppRouter } from './app/router.tsx';
import { sessionQuery } from './app/session.ts';
import { SiteClock } from './app/site.tsx';
import { createQueryClient } from './lib/queries.ts';
import { sessionEnded } from './lib/session-ended.ts';
import '@videowindow/ui/styles.css';

const queries = createQueryClient();
const router = createAppRouter(queries);
sessionEnded.listen(() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey }));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <SiteClock>
        <VoiceProvider>
          <RouterProvider router={router} />
        </VoiceProvider>
      </SiteClock>
    </QueryClientProvider>
  </StrictMode>,
);
