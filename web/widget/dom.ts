// The page's only way to make elements: text goes in as text, so nothing that was typed can become markup.
type Attributes = Record<string, string | boolean | ((event: Event) => void) | null | undefined>;

export function el(tag: string, attributes: Attributes = {}, ...children: (Node | string | null | undefined)[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value) element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child != null));
  return element;
}

export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
