import { PageTabs } from './page-tabs.tsx';

/** The files, and what retrieval finds in them. */
export function DocumentTabs() {
  return (
    <PageTabs
      label="Documents"
      tabs={[
        { to: '/documents', label: 'Files' },
        { to: '/documents/search', label: 'Search inside' },
      ]}
    />
  );
}
