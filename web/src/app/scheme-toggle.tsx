import { ActionIcon, Button, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { MoonIcon, SunIcon } from '../ui/icons.tsx';

/** Light or dark; until it is used, the system decides. */
export function SchemeToggle({ hasLabel = false }: { readonly hasLabel?: boolean }) {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const label = isDark ? 'Use light colours' : 'Use dark colours';
  const icon = isDark ? <SunIcon /> : <MoonIcon />;
  const toggle = () => setColorScheme(isDark ? 'light' : 'dark');
  if (hasLabel) {
    return (
      <Button variant="subtle" color="gray" leftSection={icon} onClick={toggle}>
        {label}
      </Button>
    );
  }
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={toggle}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
