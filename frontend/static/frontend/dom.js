// Making and renewing parts of a page without taking the focus from whoever works in it.

export const at = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Brings the list to these nodes in this order; what stands right already is not touched, so that a screen reader
// says only what is new.
export function arrange(list, nodes) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  let here = list.firstChild;
  for (const node of nodes) {
    if (here === node) here = here.nextSibling;
    else list.insertBefore(node, here);
  }
  while (here) {
    const gone = here;
    here = here.nextSibling;
    gone.remove();
  }
  if (focused && focused.isConnected && focused !== document.activeElement) focused.focus();
}
