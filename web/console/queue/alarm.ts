// A new emergency is heard and shows in the title: a tone and a sign, never a word of anybody.
import { computed, effect, signal } from "@preact/signals";
import { soundOn } from "../asked";
import { door } from "../door/door";
import { waiting } from "./queue";

const TONES = [660, 880];
const SECONDS = 0.18;
const emergencies = computed(() => waiting.value.filter((row) => row.risk === "emergency"));
const known = signal<ReadonlySet<string> | null>(null);

export const alarm = computed(() => emergencies.value.length > 0);

export function armAlarm(): void {
  effect(() => {
    if (door.value !== "in") {
      known.value = null;
      return;
    }
    const now = new Set(emergencies.value.map((row) => row.id));
    const before = known.peek();
    if (before && [...now].some((id) => !before.has(id)) && soundOn.peek()) ring();
    known.value = now;
  });
}

// Made by the device itself; a browser that was not touched yet keeps silent, and the title says it.
function ring(): void {
  const sound = new AudioContext();
  TONES.forEach((pitch, n) => {
    const [tone, loudness] = [sound.createOscillator(), sound.createGain()];
    const from = sound.currentTime + n * SECONDS;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.15, from);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + SECONDS);
    tone.connect(loudness).connect(sound.destination);
    tone.start(from);
    tone.stop(from + SECONDS);
  });
  setTimeout(() => void sound.close(), 1000);
}
