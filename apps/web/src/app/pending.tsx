import { ListSkeleton, Skeleton } from '@videowindow/ui';

/** While a page's code is on its way. */
export function PendingPage() {
  return (
    <div className="mx-auto grid w-full max-w-page gap-6 px-5 pt-6 md:px-8 md:pt-9">
      <Skeleton className="h-8 w-48" />
      <ListSkeleton />
    </div>
  );
}
