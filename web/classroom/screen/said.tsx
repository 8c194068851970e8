// Paragraphs and cards of help, large.
import type { Said as Words } from "../pupil/types";

export const FEW = 260; // characters that leave room for larger ones

export function Said({ texts }: { texts: Words[] }) {
  return <>{texts.map((one, n) => (one.phone || one.links?.length || one.source ? <Card key={n} one={one} /> : <p key={n} lang={one.lang ?? undefined} dir={one.dir}>{one.text}</p>))}</>;
}

function Card({ one }: { one: Words }) {
  return (
    <div class="card" lang={one.lang ?? undefined} dir={one.dir}>
      {one.phone && <strong class="number"><bdi>{one.phone.label}</bdi></strong>}
      <p>{one.text}</p>
      {one.links?.map((link) => <p key={link.url}><bdi class="address">{link.url.replace(/^https:\/\//, "").replace(/\/$/, "")}</bdi></p>)}
    </div>
  );
}
