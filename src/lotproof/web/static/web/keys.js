"use strict";
// A scanner is a keyboard. The group separator (0x1D) has no key, so scanners send it as Ctrl+], as F8 or as ALT 029, and browsers drop
// all of these; in fields marked data-scan it is put where it belongs. How it came is noted for "Check my scanner".
(() => {
  const GS = "\x1d", QUICK = 60; // milliseconds between two keys of a scanner; no finger is that fast for long
  const main = document.querySelector("[data-scan-main]") || document.getElementById("find");
  let last = -1000, alt = null;

  const put = (field, how) => {
    field.setRangeText(GS, field.selectionStart, field.selectionEnd, "end");
    const keys = field.form && field.form.elements.namedItem("keys");
    if (keys) keys.value = keys.value ? `${keys.value},${how}` : how;
  };

  document.addEventListener("keydown", (event) => {
    const quick = event.timeStamp - last < QUICK;
    last = event.timeStamp;
    const typing = event.target.closest("input, textarea, select, button, a, summary, [contenteditable]");
    if (!typing && main && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) main.focus();
    const field = event.target.closest("[data-scan]");
    if (!field) return;
    // On other layouts the key of ] is another one: Ctrl and + would zoom, so only a scanner's speed makes it a separator there.
    const bracket = event.key === "]" || (event.code === "BracketRight" && (quick || field === document.querySelector("[data-scan-main]")));
    if (event.ctrlKey && !event.altKey && bracket) { event.preventDefault(); put(field, "Ctrl+]"); }
    else if (event.key === "F8") { event.preventDefault(); put(field, "F8"); }
    else if (event.key === "Alt") alt = "";
    else if (event.altKey && alt !== null && /^Numpad\d$/.test(event.code)) { alt += event.code.slice(-1); event.preventDefault(); }
  });

  document.addEventListener("keyup", (event) => {
    if (event.key !== "Alt" || alt === null) return;
    const field = event.target.closest("[data-scan]");
    if (field && /^0*29$/.test(alt)) { event.preventDefault(); put(field, "ALT 029"); }
    alt = null;
  });
})();
