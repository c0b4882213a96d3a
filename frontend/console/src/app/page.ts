/** Return the word that lets a style into the page; the server makes a new one each time. */
export const nonce = (): string => document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.nonce ?? "";

/**
 * Let in the styles of the library's parts that forget the word (the one that stops a page from scrolling behind a
 * dialogue does, in antd 6.6). Only scripts make elements here, and only ours run.
 */
export function letStylesIn(): void {
  const make = document.createElement.bind(document);
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const made = make(tag, options);
    if (made instanceof HTMLStyleElement) made.nonce = nonce();
    return made;
  }) as typeof document.createElement;
}

/** Return whose host this is, as the server says before anybody is signed in. */
export const placeName = (): string => document.querySelector<HTMLMetaElement>("meta[name=place]")?.content ?? "";
