// The chime and the voice. Whatever the browser cannot do is left out without a word.

import { voiceTag } from "./reading.js";

const LONGEST_SPEECH_MS = 12_000;
const CHIME = [
  [659.25, 0],
  [523.25, 0.45],
];
const CHIME_SECONDS = 1.6;

export class Sound {
  constructor() {
    const Context = window.AudioContext || window.webkitAudioContext;
    this.audio = Context ? new Context() : null;
  }

  /** Whether the browser waits for a touch before it lets us be heard. */
  get blocked() {
    return this.audio !== null && this.audio.state === "suspended";
  }

  /** Ask to be heard; call it from a touch. */
  async unblock() {
    await this.audio?.resume();
  }

  /** Two soft bells. */
  async chime() {
    if (!this.audio || this.audio.state !== "running") return;
    const start = this.audio.currentTime;
    for (const [pitch, after] of CHIME) this.bell(pitch, start + after);
    await new Promise((done) => setTimeout(done, CHIME_SECONDS * 1000));
  }

  bell(pitch, at) {
    const tone = this.audio.createOscillator();
    const volume = this.audio.createGain();
    tone.type = "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.4, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 1.1);
    tone.connect(volume).connect(this.audio.destination);
    tone.start(at);
    tone.stop(at + 1.2);
  }

  /** Says `text`; done when it was said, could not be said, or took too long. */
  speak(text, language) {
    const voice = this.voiceFor(voiceTag(language));
    if (!voice) return Promise.resolve();
    return new Promise((done) => {
      const saying = new SpeechSynthesisUtterance(text);
      saying.voice = voice;
      saying.lang = voice.lang;
      saying.rate = 0.9;
      const giveUp = setTimeout(() => {
        speechSynthesis.cancel();
        done();
      }, LONGEST_SPEECH_MS);
      saying.onend = saying.onerror = () => {
        clearTimeout(giveUp);
        done();
      };
      speechSynthesis.speak(saying);
    });
  }

  voiceFor(tag) {
    const voices = window.speechSynthesis?.getVoices() ?? [];
    const stem = tag.slice(0, 2);
    const fitting = voices.filter((voice) => voice.lang.replace("_", "-").startsWith(stem));
    // A voice on the machine itself speaks without network, and nothing leaves the building.
    return fitting.find((voice) => voice.localService) ?? null;
  }
}
