// An extra: a box that filters the rows of a long table. Every page works without it.
(function () {
  "use strict";
  document.querySelectorAll("table").forEach(function (table) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    if (rows.length < 15) { return; }
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var label = document.createElement("label");
    var input = document.createElement("input");
    label.className = "filter";
    label.textContent = "Show rows with";
    input.type = "search";
    label.appendChild(input);
    table.parentNode.insertBefore(label, table);
    input.addEventListener("input", function () {
      var wanted = input.value.toLowerCase();
      rows.forEach(function (row, i) { row.hidden = texts[i].indexOf(wanted) < 0; });
    });
  });
})();
