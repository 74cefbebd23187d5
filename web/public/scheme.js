// Before anything is painted, so that a dark page does not flash white. A file, since the CSP forbids inline scripts.
(() => {
  let wanted = null;
  try {
    wanted = localStorage.getItem('preheat-scheme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const isDark =
    wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light';
})();
