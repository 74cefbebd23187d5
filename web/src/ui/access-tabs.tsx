import { PageTabs } from './page-tabs.tsx';

/** Who may come in, and what they did. */
export function AccessTabs() {
  return (
    <PageTabs
      label="Sides of access"
      tabs={[
        { to: '/keys', label: 'Keys' },
        { to: '/keys/audit', label: 'Audit' },
        { to: '/keys/webhooks', label: 'Webhooks' },
      ]}
    />
  );
}
