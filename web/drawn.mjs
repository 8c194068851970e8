// Drawings as data: no page may parse markup (trusted types), so the build does it. `import drawings from "drawings"`.
import { readdirSync, readFileSync } from "node:fs";

const PIECE = /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/gi;

export const drawings = {
  name: "drawings",
  setup(build) {
    build.onResolve({ filter: /^drawings$/ }, () => ({ path: "drawings", namespace: "drawings" }));
    build.onLoad({ filter: /./, namespace: "drawings" }, () => ({ contents: JSON.stringify(all()), loader: "json" }));
  },
};

function all() {
  const files = readdirSync("drawings").filter((name) => name.endsWith(".svg"));
  return Object.fromEntries(files.map((name) => [name.slice(0, -4), parsed(readFileSync(`drawings/${name}`, "utf8"))]));
}

function parsed(text) {
  const open = [["", {}, []]];
  for (const [, end, tag, attributes, empty] of text.matchAll(PIECE)) {
    if (end) open.pop();
    else {
      const found = Object.fromEntries([...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
      const piece = [tag, found, []];
      open.at(-1)[2].push(piece);
      if (!empty) open.push(piece);
    }
  }
  return open[0][2][0];
}
