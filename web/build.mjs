// Builds web/dist: three scripts, their sheets, and nothing that is fetched from elsewhere.
import { build } from "esbuild";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
const common = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", outdir: "dist", charset: "utf8" };
await build({ ...common, entryPoints: { widget: "widget/main.ts", embed: "widget/embed.ts" }, format: "iife" });
await build({ ...common, entryPoints: { console: "console/main.tsx" }, format: "iife", jsx: "automatic", jsxImportSource: "preact" });
await build({ ...common, entryPoints: ["widget/widget.css", "console/console.css", "console/docs.css"], entryNames: "[name]" });
cpSync("widget/faro.svg", "dist/faro.svg");
cpSync("console/console.html", "dist/console.html");
writeFileSync("dist/ready", "");
