// Announces each call once on this display: chime, then twice the words, never two calls at a time.

import { fill, memory } from "./page.js";
import { readNumber } from "./reading.js";

const REMEMBERED = 200;
const TIMES = 2;

export class Announcer {
  /** `speech`: the sentence by language; `sound`: a Sound, or null for a silent display. */
  constructor(desk, speech, sound) {
    this.key = `announced:${desk}`;
    this.speech = speech;
    this.sound = sound;
    const kept = memory.get(this.key);
    this.known = kept === null ? null : new Set(JSON.parse(kept));
    this.calling = [];
    this.queue = Promise.resolve();
  }

  /** Take a new board: what it calls and was not announced yet is announced, oldest first. */
  take(calling) {
    this.calling = calling;
    if (this.known === null) {
      // A display that is switched on does not shout what was called before.
      this.known = new Set();
      calling.forEach((call) => this.remember(call));
      return;
    }
    const fresh = calling.filter((call) => !this.known.has(mark(call)));
    fresh.sort((one, other) => one.call_id - other.call_id);
    for (const call of fresh) {
      this.remember(call);
      this.queue = this.queue.then(() => this.announce(call));
    }
  }

  remember(call) {
    this.known.add(mark(call));
    const newest = [...this.known].slice(-REMEMBERED);
    this.known = new Set(newest);
    memory.put(this.key, JSON.stringify(newest));
  }

  async announce(call) {
    // Undone or finished while others were spoken: nobody must come for it any more.
    if (!this.calling.some((other) => mark(other) === mark(call))) return;
    const languages = [...new Set(["ja", call.language === "ja-easy" ? "ja" : call.language])];
    const sentences = languages.map((language) => ({ language, text: this.sentence(call, language) }));
    const body = document.body;
    body.dataset.announced = `${body.dataset.announced ?? ""} ${call.call_id}`.trim();
    document.dispatchEvent(new CustomEvent("madoguchi:announce", { detail: { ...call, sentences } }));
    if (!this.sound || this.sound.blocked) return;
    try {
      await this.sound.chime();
      for (let time = 0; time < TIMES; time += 1) {
        for (const { text, language } of sentences) await this.sound.speak(text, language);
      }
    } catch (error) {
      console.warn("announcement without sound", error);
    }
  }

  sentence(call, language) {
    const values = { number: readNumber(call.number, language), counter: call.counter };
    return fill(this.speech[language] ?? this.speech.ja, values);
  }
}

function mark(call) {
  return `${call.call_id}@${call.called_at}`;
}
