import { TabLinks } from '../../../lib/tab-links.tsx';

const places = [
  { to: '/admin/users', label: 'People' },
  { to: '/admin/makers', label: 'New makers' },
  { to: '/admin/audit', label: 'Audit log' },
  { to: '/admin/security', label: 'Security' },
] as const;

/** From one page about people and safety to the others. */
export function AdminTabs() {
  return <TabLinks label="People and safety" places={places} />;
}
