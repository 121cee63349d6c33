import { Link } from '@tanstack/react-router';

const places = [
  { to: '/admin/media', label: 'Uploads' },
  { to: '/admin/storage', label: 'Storage' },
] as const;

/** From one page about media to the other. */
export function AdminNav() {
  return (
    <nav aria-label="Media" className="mb-6 flex border-b border-line">
      {places.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ includeSearch: false }}
          className="-mb-px flex min-h-11 items-center border-b-2 border-transparent px-3 font-semibold text-ink-3 transition-colors duration-120 hover:text-ink data-[status=active]:border-kiln data-[status=active]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
