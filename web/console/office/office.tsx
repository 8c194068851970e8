// Where supervisors and admins look after the helpline: a list of pages, and the one that is open.
import { computed, effect, signal } from "@preact/signals";
import { owner, me } from "../door/door";
import { focusSoon } from "../focus";
import { t } from "../words";
import { Account } from "./account";
import { Audit } from "./audit";
import { Figures } from "./figures";
import { Clients } from "./clients";
import { BreakGlass } from "./break_glass";
import { Heard } from "./heard";
import { Hours } from "./hours";
import { Numbers } from "./numbers";
import { Retention } from "./retention";
import { Primero } from "./primero";
import { Webhooks } from "./webhooks";
import { Team } from "./team";
import { People } from "./people";

type Role = "counsellor" | "supervisor" | "admin";
type Page = { name: string; roles: Role[]; Body: () => preact.JSX.Element };

// A page has a heading `<name>_title` and a sentence `<name>_what` in content/ui/console.yaml.
const PAGES: Page[] = [
  { name: "people", roles: ["supervisor", "admin"], Body: People },
  { name: "break_glass", roles: ["supervisor"], Body: BreakGlass },
  { name: "numbers", roles: ["supervisor"], Body: Numbers },
  { name: "heard", roles: ["supervisor"], Body: Heard },
  { name: "retention", roles: ["supervisor"], Body: Retention },
  { name: "figures", roles: ["supervisor", "admin"], Body: Figures },
  { name: "team", roles: ["supervisor"], Body: Team },
  { name: "hours", roles: ["supervisor", "admin"], Body: Hours },
  { name: "clients", roles: ["supervisor", "admin"], Body: Clients },
  { name: "audit", roles: ["supervisor", "admin"], Body: Audit },
  { name: "webhooks", roles: ["admin"], Body: Webhooks },
  { name: "primero", roles: ["admin"], Body: Primero },
  { name: "account", roles: ["counsellor", "supervisor", "admin"], Body: Account },
];

export const inOffice = signal(false);
const chosen = signal("");
export const mine = computed(() => PAGES.filter((page) => me.value && page.roles.includes(me.value.role)));
const page = computed(() => mine.value.find((one) => one.name === chosen.value) ?? mine.value[0]);

export function Office() {
  if (!page.value) return null;
  const { name, Body } = page.value;
  return (
    <main class="office">
      <nav aria-label={t("office")}>
        <ul>
          {mine.value.map((one) => (
            <li key={one.name}>
              <button type="button" aria-current={one.name === name ? "page" : undefined} onClick={() => visit(one.name)}>
                {t(`${one.name}_title`)}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <section aria-labelledby="office-title" key={name}>
        <h2 id="office-title" tabIndex={-1}>{t(`${name}_title`)}</h2>
        <p class="quiet">{t(`${name}_what`)}</p>
        <Body />
      </section>
    </main>
  );
}

export function visit(name = ""): void {
  chosen.value = name || (page.peek()?.name ?? "");
  inOffice.value = true;
  focusSoon("office-title");
}

export function backToDesk(): void {
  inOffice.value = false;
  focusSoon("queue-title");
}

effect(() => {
  owner.value;
  chosen.value = "";
  inOffice.value = me.peek()?.role === "admin"; // an admin has no cases and so no desk
});
