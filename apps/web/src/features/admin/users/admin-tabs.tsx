import { Link } from '@tanstack/react-router';

const places = [
  { to: '/admin/users', label: 'People' },
  { to: '/admin/makers', label: 'New makers' },
  { to: '/admin/audit', label: 'Audit log' },
  { to: '/admin/security', label: 'Security' },
] as const;

/** From one page about people and safety to the others. */
export function AdminTabs() {
  return (
    <nav aria-label="People and safety" className="mb-6 flex overflow-x-auto border-b border-line">
      {places.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ includeSearch: false }}
          className="-mb-px flex min-h-11 items-center whitespace-nowrap border-b-2 border-transparent px-3 font-semibold text-ink-3 transition-colors duration-120 hover:text-ink data-[status=active]:border-kiln data-[status=active]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
