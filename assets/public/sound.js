// The chime and the voice: the server's sound first, the browser's own voice where there is none, else silence.

const LONGEST_SPEECH_MS = 12_000;
const LONGEST_FETCH_MS = 7_000;
const MOST_KEPT = 16;
const CHIME = [
  [659.25, 0],
  [523.25, 0.45],
];
const CHIME_SECONDS = 1.6;
const VOICES = { "ja-easy": "ja-JP", ja: "ja-JP", en: "en-US", "zh-Hans": "zh-CN", ko: "ko-KR", vi: "vi-VN", pt: "pt-BR" };

export class Sound {
  constructor() {
    const Context = window.AudioContext || window.webkitAudioContext;
    this.audio = Context ? new Context() : null;
    this.fetched = new Map();
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

  /** Says a sentence; resolves to "server", "browser" or "none" when it was said or could not be. */
  async say(sentence) {
    const clip = await this.fetch(sentence.audio);
    if (clip && (await this.play(clip))) return "server";
    return (await this.speak(sentence.spoken ?? sentence.text, sentence.language)) ? "browser" : "none";
  }

  /** The sound at `address`, decoded; null when there is none. Asked again, it is not fetched again. */
  fetch(address) {
    if (!address || !this.audio) return Promise.resolve(null);
    if (!this.fetched.has(address)) {
      if (this.fetched.size >= MOST_KEPT) this.fetched.delete(this.fetched.keys().next().value);
      this.fetched.set(address, this.load(address));
    }
    return this.fetched.get(address);
  }

  async load(address) {
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(LONGEST_FETCH_MS) });
      if (!answer.ok) throw new Error(String(answer.status));
      return await this.audio.decodeAudioData(await answer.arrayBuffer());
    } catch {
      this.fetched.delete(address); // The next call may find it.
      return null;
    }
  }

  /** Plays it to the end; false when it cannot be heard. */
  play(clip) {
    if (this.audio.state !== "running") return Promise.resolve(false);
    return new Promise((done) => {
      const source = this.audio.createBufferSource();
      source.buffer = clip;
      source.connect(this.audio.destination);
      const giveUp = setTimeout(() => done(true), clip.duration * 1000 + 2_000);
      source.onended = () => {
        clearTimeout(giveUp);
        done(true);
      };
      source.start();
    });
  }

  /** Says `text` by a voice of this machine; whether it had one. Done when it was said or took too long. */
  speak(text, language) {
    const voice = this.voiceFor(VOICES[language] ?? VOICES.ja);
    if (!voice) return Promise.resolve(false);
    return new Promise((done) => {
      const saying = new SpeechSynthesisUtterance(text);
      saying.voice = voice;
      saying.lang = voice.lang;
      saying.rate = 0.9;
      const giveUp = setTimeout(() => {
        speechSynthesis.cancel();
        done(true);
      }, LONGEST_SPEECH_MS);
      const end = (said) => () => {
        clearTimeout(giveUp);
        done(said);
      };
      saying.onend = end(true);
      saying.onerror = end(false);
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
