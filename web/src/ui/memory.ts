/** What the page remembers, where the browser lets it: private windows and pages from files may not. */

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forgotten when the page is closed, which is all that is lost.
  }
}
