// Calls of the API, with failures as errors that a page can tell apart and put into words.

export class SignedOut extends Error {}
export class NotAllowed extends Error {}
export class Broken extends Error {}

const cookie = (name) =>
  document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.split("=")[1] ?? "";

const posted = (body) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
  body: JSON.stringify(body),
});

// Returns what the API answers. Throws SignedOut, NotAllowed or Broken; a Broken may say why in the person's language.
export async function call(path, body) {
  let response;
  try {
    response = await fetch(path, body ? posted(body) : {});
  } catch {
    throw new Broken("");
  }
  if (response.status === 401) throw new SignedOut();
  if (response.status === 403) throw new NotAllowed();
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null) throw new Broken(answer?.detail ?? "");
  return answer;
}
