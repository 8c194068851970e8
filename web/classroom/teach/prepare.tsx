// The preparation page: ten minutes of reading, and the notice that stands before every lesson.
import { useEffect, useState } from "preact/hooks";
import { Drawing } from "./drawing";
import { Gate } from "./gate";
import { Facts } from "./lessons";
import { Letter } from "./letter";
import { useLoaded } from "./loaded";
import { Bar, List, Running, Said, Trouble } from "./parts";
import { focusHeading, link, place } from "./place";
import type { Lesson, Planned } from "./shapes";
import { countryOf, frame, t } from "./words";

export function Preparation({ id }: { id: string }) {
  const { country } = place.value;
  const asked = new URLSearchParams({ locale: frame.value.locale, ...(country && { country }) });
  const found = useLoaded<Lesson>(`/lessons/${encodeURIComponent(id)}?${asked}`);
  return (
    <>
      <Bar />
      <main class="page prepare">
        <p class="way"><a {...link({ lesson: "" })}>{t("back_to_lessons")}</a></p>
        <Running />
        {found.value ? <Whole lesson={found.value} /> : <h1 tabIndex={-1}>{t("prepare_title")}</h1>}
        <Trouble text={found.trouble} again={found.again} />
        {!found.value && !found.trouble && <p class="quiet">{t("loading")}</p>}
      </main>
    </>
  );
}

function Whole({ lesson }: { lesson: Lesson }) {
  const [pace, choose] = useState("led");
  useEffect(() => focusHeading(), []);
  const toGate = () => document.getElementById("gate")?.focus();
  return (
    <>
      <header class="head">
        <div>
          <p class="quiet">{t("prepare_title")}</p>
          <h1 tabIndex={-1}>{lesson.title}</h1>
          <p class="lead">{lesson.goal}</p>
          <Facts row={lesson} />
          {!lesson.reviewed && <p class="draft">{t("draft")}</p>}
          <p class="actions"><button type="button" class="main" onClick={toGate}>{t("to_gate")}</button></p>
        </div>
        <Drawing {...lesson.drawing} />
      </header>
      <div class="sheets">
        <div>
          <What lesson={lesson} />
          <Plan steps={pace === "one" ? lesson.plan_one : lesson.plan} />
          <Questions lesson={lesson} />
        </div>
        <aside aria-label={t("told_title")}>
          <IfTold />
          <Help lesson={lesson} />
          <Pack lesson={lesson} />
        </aside>
      </div>
      <Letter />
      <From lesson={lesson} />
      <Gate lesson={lesson} pace={pace} choose={choose} />
    </>
  );
}

function What({ lesson }: { lesson: Lesson }) {
  return (
    <>
      <section><h2>{t("outcomes")}</h2><List items={lesson.outcomes} /></section>
      <div class="two">
        <section><h2>{t("will_say")}</h2><List items={lesson.will_say} /></section>
        <section><h2>{t("will_not_say")}</h2><List items={lesson.will_not_say} /></section>
      </div>
    </>
  );
}

function Plan({ steps }: { steps: Planned[] }) {
  return (
    <section>
      <h2>{t("plan")}</h2>
      <ol class="plan">
        {steps.map((step) => (
          <li key={step.key}>
            <details>
              <summary><span>{step.title}</span> <span class="quiet">{t("minutes", { n: step.minutes })}</span></summary>
              <p><b>{t("say")}</b> {step.say}</p>
              <p><b>{t("todo")}</b> {step.todo}</p>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Questions({ lesson }: { lesson: Lesson }) {
  return (
    <>
      <section>
        <h2>{t("likely_questions")}</h2>
        {lesson.faq.map((faq) => (
          <details key={faq.id}>
            <summary>{faq.question}</summary>
            {faq.answer.map((text) => <p key={text}>{text}</p>)}
          </details>
        ))}
      </section>
      <section><h2>{t("prompts")}</h2><List items={lesson.prompts} /></section>
      <section><h2>{t("game_title")}</h2><List items={lesson.game} /></section>
      {lesson.words.length > 0 && (
        <section>
          <h2>{t("glossary")}</h2>
          <dl>{lesson.words.map((word) => <div key={word.word}><dt>{word.word}</dt><dd>{word.meaning}</dd></div>)}</dl>
        </section>
      )}
    </>
  );
}

const numbered = (key: string, many: number): string[] => Array.from({ length: many }, (_, n) => t(`${key}_${n + 1}`));

function IfTold() {
  return (
    <>
      <section class="phrases">
        <h2>{t("phrases_say_title")}</h2>
        <List items={numbered("phrases_say", 4)} />
        <h3>{t("phrases_not_title")}</h3>
        <List items={numbered("phrases_not", 4)} />
      </section>
      <section><h2>{t("told_title")}</h2><List items={numbered("told", 6)} /></section>
      <section><h2>{t("plan_b_title")}</h2><List items={numbered("plan_b", 2)} /></section>
    </>
  );
}

function Help({ lesson }: { lesson: Lesson }) {
  const { country } = place.value;
  return (
    <section>
      <h2>{country ? t("help_of", { country: countryOf(country) }) : t("help_no_country")}</h2>
      <Said bubbles={lesson.help} />
    </section>
  );
}

export function packOf(id: string, format: string): string {
  const { country } = place.value;
  return `/v1/lessons/${id}/pack?${new URLSearchParams({ locale: frame.value.locale, ...(country && { country }), format })}`;
}

export function PackLinks({ id }: { id: string }) {
  return (
    <ul class="links">
      <li><a href={packOf(id, "pdf")} download>{t("pack_pdf")}</a></li>
      <li><a href={packOf(id, "html")} target="_blank" rel="noopener">{t("pack_page")}</a></li>
      <li><a href={packOf(id, "gift")} download>{t("pack_gift")}</a></li>
    </ul>
  );
}

function Pack({ lesson }: { lesson: Lesson }) {
  return (
    <section>
      <h2>{t("pack")}</h2>
      <PackLinks id={lesson.id} />
      {lesson.at_home && <p><a href={`/class/home/${lesson.id}?locale=${lesson.locale}`} target="_blank" rel="noopener">{t("home_reading")}</a></p>}
    </section>
  );
}

// Proper names; what stands behind the colon is the framework's own strand.
const FRAMEWORKS: Record<string, string> = {
  efacw: "Education for a Connected World",
  "unesco-ai": "UNESCO AI competency framework for students",
};

function fit(code: string): string {
  const [framework = "", strand = ""] = code.split(":");
  return `${FRAMEWORKS[framework] ?? framework}: ${strand.replaceAll("-", " ")}`;
}

function From({ lesson }: { lesson: Lesson }) {
  return (
    <details class="from">
      <summary>{t("from_title")}</summary>
      <h3>{t("maps_to")}</h3>
      <ul lang="en" dir="ltr">{lesson.maps_to.map((each) => <li key={each}>{fit(each)}</li>)}</ul>
      <h3>{t("sources")}</h3>
      <ul lang="en" dir="ltr">{lesson.sources.map((each) => <li key={each}>{each.replaceAll("_", " ")}</li>)}</ul>
    </details>
  );
}
