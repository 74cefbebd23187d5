const NAME = 'preheat-draft';

/** What was typed and not sent yet outlives a reload. */
export function readDraft(): string {
  try {
    return sessionStorage.getItem(NAME) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, text);
  } catch {
    // Full or forbidden: then it does not outlive a reload.
  }
}
