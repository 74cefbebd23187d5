import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { SearchIcon } from '../ui/icons.tsx';

/** For addresses that no page has. */
export function PageMissing() {
  return (
    <EmptyState
      icon={<SearchIcon />}
      title="There is no such page"
      action={<LinkButton to="/">Go to the overview</LinkButton>}
    >
      The address may be misspelt, or what it showed was deleted.
    </EmptyState>
  );
}
