// A drawing of a lesson, built from data, with its words for who does not see it.
import { h, type VNode } from "preact";
import all, { type Piece } from "drawings";

const drawn = ([tag, attributes, children]: Piece): VNode => h(tag, attributes, ...children.map(drawn));

export function Drawing({ name, alt }: { name: string; alt: string }) {
  const piece = all[name];
  if (!piece) return null;
  const [tag, attributes, children] = piece;
  return h(tag, { ...attributes, class: "drawing", role: "img", "aria-label": alt }, ...children.map(drawn));
}
