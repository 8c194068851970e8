// The loader for any site: one script tag, nothing until the tap, then a frame of our own origin that the site can't look into.
(() => {
  const script = document.currentScript as HTMLScriptElement;
  const origin = new URL(script.src).origin;
  const label = script.dataset.label ?? "Faro";
  const place = document.createElement("div");
  const shadow = place.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:host{all:initial}button{position:fixed;inset-block-end:16px;inset-inline-end:16px;min-width:56px;min-height:56px;padding:0 20px;border:0;border-radius:28px;background:#0b5563;color:#fff;font:600 16px system-ui;z-index:2147483646;cursor:pointer}button:focus-visible{outline:3px solid #f2b33d;outline-offset:2px}iframe{position:fixed;inset-block-end:0;inset-inline-end:0;width:min(420px,100vw);height:min(680px,100dvh);border:0;z-index:2147483647;background:#f7f5f0}`,
  );
  shadow.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  let frame: HTMLIFrameElement | null = null;

  button.addEventListener("click", () => {
    if (frame) return close();
    frame = document.createElement("iframe");
    frame.title = label;
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads");
    frame.referrerPolicy = "no-referrer";
    frame.src = `${origin}/?locale=${script.dataset.locale ?? document.documentElement.lang}&country=${script.dataset.country ?? ""}`;
    shadow.append(frame);
    button.setAttribute("aria-expanded", "true");
  });

  function close(): void {
    frame?.remove();
    frame = null;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame?.contentWindow || event.data?.faro !== "exit") return;
    const to = String(event.data.to);
    document.body.replaceChildren();
    if (to.startsWith("https://")) location.replace(to);
  });
  shadow.append(button);
  document.body.append(place);
})();
