/** Kept until the browser has certainly begun to save it. */
const KEPT_MS = 10_000;

/** Offers something to be saved as a file. */
export function offerFile(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
