/** A page of any list of ours. */
export interface Page<T> {
  next?: string | null;
  previous?: string | null;
  results: T[];
}

/** Return the cursor inside an address of a next page; undefined where there is none. */
export function cursorOf(address: string | null | undefined): string | undefined {
  return address ? (new URL(address, location.origin).searchParams.get("cursor") ?? undefined) : undefined;
}
