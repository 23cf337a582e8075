"use strict";
// A verification session: a scan is put on the shelf of this device, sent, answered large, and taken off the shelf when the record has it.
(() => {
  const say = window.lotproofSay;
  const root = document.getElementById("session");
  if (!root || !window.lotproofShelf) return;
  const shelf = window.lotproofShelf, number = root.dataset.number, user = root.dataset.user;
  const part = (id) => document.getElementById(id);
  const form = part("scan-form"), field = part("scan"), answer = part("answer"), line = part("line");
  const BATCH = 20, WAIT = [1000, 2000, 5000, 10000];
  let busy = false, again = false, fails = 0, timer = 0, since = 0;

  // --- sound -----------------------------------------------------------------------------------------------------------------
  const TONES = { good: [[880, 0, 0.12]], check: [[440, 0, 0.1], [440, 0.16, 0.1]], bad: [[196, 0, 0.25], [147, 0.3, 0.4]] };
  let loud = localStorage.getItem("lotproof-sound") !== "off", audio = null;
  const sound = (tone) => {
    if (!loud || !window.AudioContext) return;
    audio = audio || new AudioContext();
    audio.resume().then(() => {
      for (const [pitch, start, length] of TONES[tone] || []) {
        const voice = audio.createOscillator(), volume = audio.createGain();
        voice.type = tone === "bad" ? "square" : "sine";
        voice.frequency.value = pitch;
        volume.gain.value = 0.25;
        voice.connect(volume).connect(audio.destination);
        voice.start(audio.currentTime + start);
        voice.stop(audio.currentTime + start + length);
      }
    }, () => {});
  };
  const button = part("sound");
  const showSound = () => { button.textContent = loud ? say("Sound on") : say("Sound off"); button.setAttribute("aria-pressed", String(loud)); };
  button.addEventListener("click", () => { loud = !loud; localStorage.setItem("lotproof-sound", loud ? "on" : "off"); showSound(); sound("good"); field.focus(); });
  button.hidden = false;
  showSound();

  // --- what is shown -----------------------------------------------------------------------------------------------------------
  const show = (tone, symbol, word, why) => {
    answer.className = `answer ${tone}`;
    answer.querySelector(".symbol").textContent = symbol;
    answer.querySelector(".word").textContent = word;
    answer.querySelector(".why").textContent = why;
  };
  const tell = (text, link) => {
    line.textContent = text;
    if (link) { const there = document.createElement("a"); there.href = link; there.textContent = say("Sign in"); line.append(" ", there); }
    line.classList.toggle("bad", Boolean(text));
  };
  const element = (name, text, className) => { const made = document.createElement(name); made.textContent = text; if (className) made.className = className; return made; };
  const row = (tone, symbol, word, what, small, undo) => {
    const made = document.createElement("li");
    made.className = tone;
    const mark = element("span", "", "mark"), sign = element("i", symbol);
    sign.setAttribute("aria-hidden", "true");
    mark.append(sign, ` ${word}`);
    const middle = document.createElement("span");
    middle.append(element("code", what), element("small", small));
    made.append(mark, middle);
    if (undo) { const link = element("a", say("Undo"), "button"); link.href = undo; made.append(link); }
    return made;
  };
  const listed = (one, via) => {
    const undo = `/verify/${number}/do/scan-withdrawn?scan=${encodeURIComponent(one.id)}`;
    part("scans").prepend(row(one.tone, one.symbol, one.word, one.item || one.text, `${one.at.slice(11, 19)} UTC · ${user} · ${via}`, undo));
    while (part("scans").children.length > 12) part("scans").lastElementChild.remove();
  };
  const progress = (now) => {
    part("counted").textContent = now.counted;
    part("wrong").textContent = now.wrong;
    part("result").textContent = now.result;
    part("statement").textContent = now.sentence;
    part("progress").value = now.counted;
  };
  const kept = async () => {
    const all = await shelf.all(number), others = all.filter((one) => one.user !== user);
    part("kept").replaceChildren(...all.map((one) => row("check", "…", say("Kept"), one.text.replaceAll("\x1d", "␝"), `${one.at.slice(11, 19)} UTC · ${one.user}`)));
    root.dataset.kept = all.length;
    return { mine: all.filter((one) => one.user === user), others };
  };
  const named = (count) => say("Kept on this device: {count}.", { count });

  // --- sending -----------------------------------------------------------------------------------------------------------------
  const token = () => form.elements.namedItem("csrfmiddlewaretoken").value;
  const renew = async () => { // after signing in anew the page's token is an old one
    const page = await fetch(location.pathname, { redirect: "manual" });
    if (!page.ok) return false;
    const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#scan-form [name=csrfmiddlewaretoken]");
    if (found) form.elements.namedItem("csrfmiddlewaretoken").value = found.value;
    return Boolean(found);
  };
  const post = (batch) => fetch(`/verify/${number}/scans.json`, {
    method: "POST", redirect: "manual", headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify({ scans: batch.map(({ id, at, text, via }) => ({ id, at, text, via })) }),
  });
  const later = () => { clearTimeout(timer); timer = setTimeout(flush, WAIT[Math.min(fails, WAIT.length) - 1] || WAIT[0]); };

  const send = async (batch, count) => {
    let reply;
    try { reply = await post(batch); if (reply.status === 403 && await renew()) reply = await post(batch); } catch { reply = null; }
    if (!reply || reply.status >= 500) { fails += 1; tell(say("No connection. {kept} They are sent when it is back.", { kept: named(count) })); later(); return null; }
    fails = 0;
    if (reply.type === "opaqueredirect" || reply.status === 403) { tell(say("Your sign-in has ended. {kept}", { kept: named(count) }), `/sign-in?next=${encodeURIComponent(location.pathname)}`); return null; }
    const told = await reply.json();
    if (!reply.ok) { tell(`${told.problem} ${named(count)}`); return null; }
    return told;
  };

  async function flush() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      for (;;) {
        again = false;
        const { mine, others } = await kept();
        if (!mine.length) {
          tell(others.length ? say("Kept on this device: {count}, scanned by {user}, who has to sign in to send them.", { count: others.length, user: others[0].user }) : "");
          if (!again) break;
          continue;
        }
        const batch = mine.slice(0, BATCH), told = await send(batch, mine.length + others.length);
        if (!told) break;
        const done = new Map(told.answers.map((one) => [one.id, one]));
        await shelf.remove(batch.filter((one) => done.has(one.id)).map((one) => one.order));
        for (const one of batch) if (done.has(one.id)) listed(done.get(one.id), one.via);
        progress(told.session);
        const last = done.get(batch[batch.length - 1].id), worst = told.answers.find((one) => one.tone === "bad") || last;
        show(worst.tone, worst.symbol, worst.word, worst.sentence);
        sound(worst.tone);
      }
      await kept();
    } finally { busy = false; if (again) flush(); }
  }

  // --- scanning ----------------------------------------------------------------------------------------------------------------
  const identifier = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const take = async (text, via) => {
    if (!text.trim()) return;
    show("wait", "…", say("Looking"), text.replaceAll("\x1d", "␝"));
    const scan = { id: identifier(), at: `${new Date().toISOString().slice(0, 19)}Z`, text, via, user, session: number };
    try { await shelf.put(scan); } catch { show("bad", "✗", say("Not kept"), say("This device could not keep the scan: its storage is full or forbidden. Scan again.")); sound("bad"); return; }
    const offline = !navigator.onLine || fails > 0;
    if (offline) { show("check", "…", say("Kept"), say("No connection: the answer comes when it is back.")); sound("check"); }
    await flush();
  };
  field.addEventListener("keydown", (event) => { if (!field.value) since = event.timeStamp; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value, quick = text.length > 5 && (event.timeStamp - since) / text.length < 60;
    field.value = "";
    take(text, quick ? "scanner" : "typed");
    field.focus();
  });
  document.addEventListener("lotproof-seen", (event) => take(event.detail, "camera"));
  window.addEventListener("online", () => { fails = 0; flush(); });
  window.addEventListener("offline", async () => { const { mine, others } = await kept(); tell(say("No connection. {kept} Go on scanning.", { kept: named(mine.length + others.length) })); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });

  // --- gloves: no keyboard on the screen unless it is asked for, and the box keeps the focus ------------------------------------------
  const typing = part("keyboard");
  field.inputMode = "none";
  typing.hidden = false;
  typing.addEventListener("click", () => {
    const on = field.inputMode === "none";
    field.inputMode = on ? "text" : "none";
    typing.setAttribute("aria-pressed", String(on));
    field.blur();
    field.focus();
  });
  field.addEventListener("blur", () => setTimeout(() => { if (document.activeElement === document.body) field.focus(); }, 50));
  field.focus();
  flush();
})();
