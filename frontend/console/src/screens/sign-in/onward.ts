/** Return where to go after signing in: what the address asks for if it lies on this host, else the first screen. */
export function onward(search: string): string {
  const wanted = new URLSearchParams(search).get("next") ?? "";
  // A page of ours begins with one slash; browsers read a second one, or a backslash, as another host.
  if (!/^\/(?![/\\])/.test(wanted)) return "/";
  const { origin, pathname, search: asked, hash } = new URL(wanted, location.origin);
  return origin === location.origin && !pathname.startsWith("/sign-in") ? pathname + asked + hash : "/";
}

/** Go there by a fresh load: pages of the server are among them, and nothing of whoever was here before is kept. */
export const goOn = (search: string): void => location.replace(onward(search));
