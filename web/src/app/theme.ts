import {
  Checkbox,
  createTheme,
  Drawer,
  Modal,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

const ember: MantineColorsTuple = [
  '#fff3eb',
  '#ffe4d3',
  '#fec8a6',
  '#fda877',
  '#fb8648',
  '#f26a24',
  '#e8590c',
  '#c2410c',
  '#9a3412',
  '#7c2d12',
];
const gray: MantineColorsTuple = [
  '#faf8f5',
  '#f5f2ed',
  '#ebe6df',
  '#ddd6cd',
  '#c5bcb1',
  '#a59a8e',
  '#7a7066',
  '#5a5149',
  '#38312b',
  '#211c18',
];
const dark: MantineColorsTuple = [
  '#ece6df',
  '#cfc6bb',
  '#a99e92',
  '#857a6f',
  '#423a34',
  '#362f2a',
  '#272220',
  '#1b1715',
  '#151210',
  '#0f0d0b',
];

/** The scroll bar stays under a dialog: taking it away would move the page behind. */
const DIALOG = {
  defaultProps: {
    closeButtonProps: { 'aria-label': 'Close' },
    removeScrollProps: { removeScrollBar: false },
  },
  styles: { title: { fontSize: '1.0625rem', fontWeight: 650 } },
};

export const theme = createTheme({
  colors: { ember, gray, dark },
  primaryColor: 'ember',
  primaryShade: 7,
  black: '#211c18',
  fontFamily:
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Cantarell, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  defaultRadius: 'md',
  radius: { sm: '6px', md: '9px', lg: '14px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // Rounder ones look like radio buttons.
    Checkbox: Checkbox.extend({ defaultProps: { radius: 4 } }),
    Modal: Modal.extend(DIALOG),
    Drawer: Drawer.extend(DIALOG),
  },
});

/** Tokens of our own: every colour in the style sheets is one of these. */
const LIGHT = {
  '--mantine-color-body': '#faf8f5',
  '--mantine-color-text': '#211c18',
  '--mantine-color-dimmed': '#6b6158',
  '--mantine-color-error': '#b3122d',
  '--mantine-color-placeholder': '#756a60',
  '--mantine-color-default-border': '#ddd6cd',
  '--surface': '#ffffff',
  '--surface-hover': '#f8f5f1',
  '--sunken': '#f3efe9',
  '--line': '#e9e3db',
  '--line-strong': '#d6cec4',
  '--edge': '#978b7f',
  '--ink': '#211c18',
  '--muted': '#6b6158',
  '--accent': '#c2410c',
  '--accent-soft': '#fff0e6',
  '--heat': '#e8590c',
  '--heat-soft': '#fdba8c',
  '--good': '#2b7a4b',
  '--good-soft': '#e6f4ea',
  '--bad': '#b3122d',
  '--bad-soft': '#fdebed',
  '--wait': '#94600a',
  '--wait-soft': '#fdf3dc',
  '--idle': '#8f8478',
  '--shadow': '0 1px 2px rgb(60 40 20 / 4%), 0 4px 16px rgb(60 40 20 / 4%)',
};

const DARK: typeof LIGHT = {
  '--mantine-color-body': '#171412',
  '--mantine-color-text': '#ece6df',
  '--mantine-color-dimmed': '#a99e92',
  '--mantine-color-error': '#ff8b98',
  '--mantine-color-placeholder': '#9a8f83',
  '--mantine-color-default-border': '#3d3630',
  '--surface': '#1f1b18',
  '--surface-hover': '#26211e',
  '--sunken': '#13100e',
  '--line': '#2f2925',
  '--line-strong': '#453d36',
  '--edge': '#7a7066',
  '--ink': '#ece6df',
  '--muted': '#a99e92',
  '--accent': '#ff9a5c',
  '--accent-soft': '#3a2114',
  '--heat': '#f26a24',
  '--heat-soft': '#7a3c18',
  '--good': '#6cc58d',
  '--good-soft': '#182c20',
  '--bad': '#ff8b98',
  '--bad-soft': '#3a1a1f',
  '--wait': '#e9b454',
  '--wait-soft': '#342813',
  '--idle': '#7f756a',
  '--shadow': '0 1px 2px rgb(0 0 0 / 30%)',
};

export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: LIGHT, dark: DARK });
