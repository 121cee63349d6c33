import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { VoiceProvider } from '@videowindow/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createAppRouter } from './app/router.tsx';
import { sessionQuery } from './app/session.ts';
import { SiteClock, siteQuery } from './app/site.tsx';
import { feedQuery } from './features/discovery/feed-query.ts';
import { createQueryClient } from './lib/queries.ts';
import { sessionEnded } from './lib/session-ended.ts';
import '@videowindow/ui/styles.css';

const queries = createQueryClient();
const router = createAppRouter(queries);
sessionEnded.listen(() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey }));

// Who is here, what server this is and the first clips came with the page (lib/early.ts). A moment's patience, and it is
// drawn once, not first for a stranger and then anew; where they have to be asked for, a slow answer does not hold it up.
await Promise.race([
  Promise.all([
    queries.prefetchQuery(siteQuery),
    queries.prefetchQuery(sessionQuery),
    location.pathname === '/' && queries.prefetchInfiniteQuery(feedQuery),
  ]),
  new Promise((resolve) => setTimeout(resolve, 150)),
]);

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
