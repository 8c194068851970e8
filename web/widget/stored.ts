// The conversation that this tab keeps: id and token, gone with the tab. A frame without storage keeps it in memory alone.
const KEPT = "faro";
const ASKED = "faro-country";

export function stored(): string | null {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

export function store(id: string, token: string): void {
  try {
    sessionStorage.setItem(KEPT, `${id} ${token}`);
  } catch {
    // nothing to do: the page itself still knows both
  }
}

export function wipe(): void {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // nothing was kept
  }
}

// The question for the country is asked once a tab.
export function asked(): boolean {
  try {
    return sessionStorage.getItem(ASKED) !== null;
  } catch {
    return true;
  }
}

export function settle(): void {
  try {
    sessionStorage.setItem(ASKED, "");
  } catch {
    // asked again on the next page
  }
}
