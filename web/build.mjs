// Builds web/dist: the scripts, their sheets, fonts for the papers, and nothing that is fetched from elsewhere.
import { build } from "esbuild";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { drawings } from "./drawn.mjs";

const FONTS = {
  "noto-sans": "NotoSans",
  "noto-sans-arabic": "NotoSansArabic",
  "noto-sans-armenian": "NotoSansArmenian",
  "noto-nastaliq-urdu": "NotoNastaliqUrdu",
};
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
const common = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", outdir: "dist", charset: "utf8" };
await build({ ...common, entryPoints: { widget: "widget/main.ts", embed: "widget/embed.ts" }, format: "iife", external: ["/assets/*"] });
await build({ ...common, entryPoints: { paper: "widget/paper.ts", person: "widget/person.ts" }, format: "esm" });
await build({ ...common, entryPoints: { console: "console/main.tsx" }, format: "iife", jsx: "automatic", jsxImportSource: "preact" });
// a class brings what phones it has: the pupil's script asks less of a browser than the others
await build({ ...common, entryPoints: { class: "classroom/pupil/main.ts" }, format: "iife", target: "es2018" });
await build({ ...common, entryPoints: { screen: "classroom/screen/main.tsx" }, format: "iife", jsx: "automatic", jsxImportSource: "preact" });
await build({ ...common, entryPoints: ["classroom/class.css", "classroom/screen/screen.css"], entryNames: "[name]" });
await build({ ...common, entryPoints: ["widget/widget.css", "console/console.css", "console/docs.css"], entryNames: "[name]" });
await build({ ...common, entryPoints: ["classroom/pack.css"], entryNames: "[name]" }); // the print pack, and lessons read at home
await build({ ...common, entryPoints: { teach: "classroom/teach/main.tsx" }, format: "iife", jsx: "automatic", jsxImportSource: "preact", plugins: [drawings] });
await build({ ...common, entryPoints: ["classroom/teach.css"], entryNames: "[name]" });
cpSync("widget/faro.svg", "dist/faro.svg");
cpSync("console/console.html", "dist/console.html");
cpSync("classroom/screen/screen.html", "dist/screen.html");
for (const name of readdirSync("badges")) {
  // an <img> has no ink of its own page: badges stand on a light tile, in the ink of the light page
  writeFileSync(`dist/badge_${name}`, readFileSync(`badges/${name}`, "utf8").replaceAll("currentColor", "#1B2B34"));
}
mkdirSync("dist/fonts"); // for papers as PDF; no page loads them
for (const [family, name] of Object.entries(FONTS)) {
  cpSync(`node_modules/@expo-google-fonts/${family}/400Regular/${name}_400Regular.ttf`, `dist/fonts/${name}.ttf`);
}
writeFileSync("dist/ready", "");
