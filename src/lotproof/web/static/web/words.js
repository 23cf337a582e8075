"use strict";
// What scripts say, in the reader's language: the page brings the words (template tag js_words), English where it brings none.
window.lotproofSay = (() => {
  const given = document.getElementById("words"), words = given ? JSON.parse(given.textContent) : {};
  return (text, values = {}) => (words[text] || text).replace(/\{(\w+)\}/g, (hole, name) => (name in values ? values[name] : hole));
})();
