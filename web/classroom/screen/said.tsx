// Paragraphs and cards of help, large.
import type { Said as Words } from "../pupil/types";

export const FEW = 260; // characters that leave room for larger ones

export function Said({ texts }: { texts: Words[] }) {
  const cards = texts.filter(isCard);
  return (
    <>
      {texts.filter((one) => !isCard(one)).map((one, n) => <p key={n} lang={one.lang ?? undefined} dir={one.dir}>{one.text}</p>)}
      {cards.map((one, n) => <Card key={n} one={one} />)}
    </>
  );
}

const isCard = (one: Words): boolean => !!(one.phone || one.links?.length || one.source);

function Card({ one }: { one: Words }) {
  return (
    <div class="card" lang={one.lang ?? undefined} dir={one.dir}>
      {one.phone && <strong class="number"><bdi>{one.phone.label}</bdi></strong>}
      <p>{one.text}</p>
      {one.links?.map((link) => <p key={link.url}><bdi class="address">{link.url.replace(/^https:\/\//, "").replace(/\/$/, "")}</bdi></p>)}
      {one.checked && <details class="checked"><summary>{one.checked}</summary><bdi>{one.source}</bdi></details>}
    </div>
  );
}
