// The page's own words as text over its picture: they can be selected, read out and searched. What is selected becomes
// the passage of a rule that was missed, or the place of the one that is shown.
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  const sheet = () => document.querySelector("[data-desk-sheet]");

  /** One text element a line, so that a selection runs along it; each word is stretched to its box. */
  const lay = (drawing, words) => {
    const layer = document.createElementNS(SVG, "g");
    layer.setAttribute("class", "desk-words");
    layer.setAttribute("data-desk-words", "");
    words.forEach(([text, x0, y0, x1, y1, start, end], index) => {
      const word = document.createElementNS(SVG, "text");
      word.setAttribute("x", x0);
      word.setAttribute("y", y0 + (y1 - y0) * 0.8);
      word.setAttribute("font-size", Math.max(1, y1 - y0));
      word.setAttribute("textLength", Math.max(0.5, x1 - x0));
      word.setAttribute("lengthAdjust", "spacingAndGlyphs");
      word.dataset.start = start;
      word.dataset.end = end;
      word.dataset.box = `${x0} ${y0} ${x1} ${y1}`;
      word.textContent = index + 1 < words.length ? `${text} ` : text;
      layer.append(word);
    });
    drawing.append(layer);
    drawing.dispatchEvent(new CustomEvent("desk:words", { bubbles: true }));
  };

  const fetchWords = async () => {
    const drawing = sheet();
    if (!drawing || drawing.dataset.laid) return;
    drawing.dataset.laid = "yes";
    const answer = await fetch(drawing.dataset.words, { headers: { Accept: "application/json" } });
    if (!answer.ok || !drawing.isConnected) return;
    lay(drawing, (await answer.json()).words);
  };

  /** The selected words' offsets on the page and the box around them, or null. */
  const selected = () => {
    const selection = document.getSelection();
    const layer = document.querySelector("[data-desk-words]");
    if (!layer || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const words = [...layer.children].filter((word) => range.intersectsNode(word) && touches(range, word));
    if (!words.length) return null;
    const boxes = words.map((word) => word.dataset.box.split(" ").map(Number));
    return {
      start: Math.min(...words.map((word) => Number(word.dataset.start))),
      end: Math.max(...words.map((word) => Number(word.dataset.end))),
      box: [
        Math.min(...boxes.map((box) => box[0])),
        Math.min(...boxes.map((box) => box[1])),
        Math.max(...boxes.map((box) => box[2])),
        Math.max(...boxes.map((box) => box[3])),
      ],
    };
  };

  /** Not the word behind whose last letter, or before whose first, the selection only begins or ends. */
  const touches = (range, word) => {
    const inside = document.createRange();
    inside.selectNodeContents(word);
    const letters = word.textContent.trimEnd().length;
    if (word.firstChild) inside.setEnd(word.firstChild, letters);
    return (
      range.compareBoundaryPoints(Range.START_TO_END, inside) > 0 &&
      range.compareBoundaryPoints(Range.END_TO_START, inside) < 0
    );
  };

  document.addEventListener("selectionchange", () => {
    const adding = document.querySelector("[data-desk-add]");
    const boxed = document.querySelector("[data-desk-box-selection]");
    if (!adding && !boxed) return;
    const found = selected();
    for (const name of adding ? ["start", "end"] : []) {
      adding.elements[name].disabled = !found;
      adding.elements[name].value = found ? found[name] : "";
    }
    adding?.toggleAttribute("data-chosen", Boolean(found));
    if (boxed) boxed.hidden = !found;
  });

  // The words lie over the other rules' places: a click that selects nothing goes through.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-desk-words]") || !document.getSelection().isCollapsed) return;
    const below = document.elementsFromPoint(event.clientX, event.clientY).find((element) => element.closest("a"));
    if (below) below.closest("a").dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  });

  window.deskSelection = selected;
  document.addEventListener("htmx:afterSettle", fetchWords);
  document.addEventListener("DOMContentLoaded", fetchWords);
})();
