import { useMutation } from '@tanstack/react-query';
import { Button } from '@videowindow/ui';
import { client } from '../lib/server.ts';

/** Whose eyes an admin looks through, by a cookie that says no more than that. */
const viewedHandle = (): string | null => /(?:^|; )vw_viewing=([a-z0-9_.]+)/.exec(document.cookie)?.[1] ?? null;

/** Stays on top while an admin sees the place as somebody else does. */
export function ViewingBanner() {
  const handle = viewedHandle();
  const stop = useMutation({
    mutationFn: () => client.call('DELETE /admin/view-as'),
    // Everything in this page's memory was seen with other eyes.
    onSuccess: () => location.assign('/admin/users'),
  });
  if (handle === null) return null;
  return (
    <div
      role="status"
      className="fixed inset-x-0 bottom-[calc(4rem+1px+env(safe-area-inset-bottom))] z-50 flex flex-wrap items-center justify-center gap-x-4 gap-y-1 bg-indigo px-4 py-2 text-14 text-paper md:bottom-0"
    >
      <span>
        You see this as <strong>@{handle}</strong> does. Nothing can be changed.
      </span>
      <Button variant="secondary" size="small" busy={stop.isPending} onClick={() => stop.mutate()}>
        Stop
      </Button>
    </div>
  );
}
