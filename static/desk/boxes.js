// Moving and resizing the boxes of the shown rule: by pointer, by arrow keys (with Shift the size), by buttons.
// Units are PDF points. What is saved are the words inside; the server cuts the quote from them.
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const STEP = 4;
  const SMALLEST = 4;
  const CORNERS = ["nw", "ne", "sw", "se"];

  const panel = () => document.querySelector("[data-desk-placing]");
  const drawing = () => document.querySelector("[data-desk-sheet]");
  const layer = () => document.querySelector("[data-desk-editing]");

  let boxes = []; // {edges: [x0, y0, x1, y1], input, row, group}
  let active = null;

  const size = () => {
    const { width, height } = drawing().viewBox.baseVal;
    return { width, height };
  };

  const rows = () => [...panel().querySelectorAll("[data-desk-place-row]")];

  const wordsIn = ([x0, y0, x1, y1]) => {
    const inside = [...document.querySelectorAll("[data-desk-words] text")].filter((word) => {
      const [left, top, right, bottom] = word.dataset.box.split(" ").map(Number);
      const x = (left + right) / 2;
      const y = (top + bottom) / 2;
      return x >= x0 && x <= x1 && y >= y0 && y <= y1;
    });
    if (!inside.length) return "";
    const first = Math.min(...inside.map((word) => Number(word.dataset.start)));
    const last = Math.max(...inside.map((word) => Number(word.dataset.end)));
    return [...document.querySelectorAll("[data-desk-words] text")]
      .filter((word) => Number(word.dataset.start) >= first && Number(word.dataset.end) <= last)
      .map((word) => word.textContent.trim())
      .join(" ");
  };

  const tell = (box) => {
    const quote = wordsIn(box.edges);
    panel().querySelector("[data-desk-box-quote]").textContent = quote
      ? `In the box: “${quote.length > 160 ? `${quote.slice(0, 159)}…` : quote}”`
      : "There are no words in the box.";
  };

  const draw = (box) => {
    const [x0, y0, x1, y1] = box.edges;
    const frame = box.group.querySelector("rect");
    for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) {
      frame.setAttribute(name, value);
    }
    for (const corner of box.group.querySelectorAll("circle")) {
      corner.setAttribute("cx", corner.dataset.corner.includes("w") ? x0 : x1);
      corner.setAttribute("cy", corner.dataset.corner.includes("n") ? y0 : y1);
    }
    box.input.value = [drawing().dataset.page, ...box.edges.map((edge) => edge.toFixed(2))].join(" ");
  };

  const change = (box, edges) => {
    const { width, height } = size();
    let [x0, y0, x1, y1] = edges;
    x0 = Math.min(Math.max(0, x0), width - SMALLEST);
    y0 = Math.min(Math.max(0, y0), height - SMALLEST);
    x1 = Math.max(x0 + SMALLEST, Math.min(x1, width));
    y1 = Math.max(y0 + SMALLEST, Math.min(y1, height));
    box.edges = [x0, y0, x1, y1];
    draw(box);
    tell(box);
  };

  /** The whole box stays on the page and keeps its size. */
  const move = (box, right, down) => {
    const { width, height } = size();
    const [x0, y0, x1, y1] = box.edges;
    const dx = Math.min(Math.max(right, -x0), width - x1);
    const dy = Math.min(Math.max(down, -y0), height - y1);
    change(box, [x0 + dx, y0 + dy, x1 + dx, y1 + dy]);
    reveal(box);
  };

  const stretch = (box, right, down) => {
    const [x0, y0, x1, y1] = box.edges;
    change(box, [x0, y0, x1 + right, y1 + down]);
  };

  /** The box stays in sight inside the page's frame. */
  const reveal = (box) => {
    const frame = document.querySelector("[data-desk-frame]");
    const outer = frame.getBoundingClientRect();
    const inner = box.group.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    }
  };

  const choose = (box) => {
    active = box;
    for (const other of boxes) other.group.toggleAttribute("data-active", other === box);
    if (box) tell(box);
  };

  const put = (input, row, edges) => {
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("class", "desk-box");
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Box of the rule. Arrow keys move it, with Shift they resize it, Enter saves.");
    group.append(document.createElementNS(SVG, "rect"));
    for (const name of CORNERS) {
      const corner = document.createElementNS(SVG, "circle");
      corner.setAttribute("r", 5);
      corner.dataset.corner = name;
      group.append(corner);
    }
    layer().append(group);
    const box = { edges, input, row, group };
    group.addEventListener("focus", () => choose(box));
    boxes.push(box);
    draw(box);
    return box;
  };

  const begin = () => {
    document.querySelector("[data-desk-editing]")?.remove();
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("data-desk-editing", "");
    drawing().append(group);
    drawing().toggleAttribute("data-placing", true);
    boxes = [];
    for (const row of rows().filter((one) => one.dataset.page === drawing().dataset.page)) {
      const input = row.querySelector("[name=place]");
      put(input, row, input.value.split(" ").slice(1).map(Number));
    }
    if (!boxes.length) {
      panel().querySelector("[data-desk-box-quote]").textContent =
        "The rule has no box on this page: add another box here, and remove the one that is wrong.";
      panel().querySelector("[data-desk-box-add]").focus();
      return;
    }
    choose(boxes[0]);
    boxes[0].group.focus({ preventScroll: true });
    reveal(boxes[0]);
  };

  const end = () => {
    layer()?.remove();
    drawing()?.removeAttribute("data-placing");
    boxes = [];
    active = null;
  };

  /** A box more on the page that is shown: around what is selected, else in the middle of what is in view. */
  const add = (edges) => {
    const frame = document.querySelector("[data-desk-frame]").getBoundingClientRect();
    const inverse = drawing().getScreenCTM().inverse();
    const middle = new DOMPoint(frame.left + frame.width / 2, frame.top + frame.height / 2).matrixTransform(inverse);
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "place";
    panel().querySelector("[data-desk-place-form]").append(input);
    const box = put(input, null, edges || [middle.x - 120, middle.y - 8, middle.x + 120, middle.y + 8]);
    change(box, box.edges);
    choose(box);
    box.group.focus({ preventScroll: true });
  };

  document.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.matches?.("[data-desk-placing]")) return;
      if (event.target.open) begin();
      else end();
    },
    true,
  );

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-desk-placing-end]")) {
      const details = panel();
      details.open = false;
      details.querySelector("form").reset();
      for (const row of rows()) row.querySelector("[name=place]").value = row.querySelector("[name=place]").defaultValue;
      details.querySelector("summary").focus();
    }
    if (event.target.closest("[data-desk-box-add]")) add(null);
    if (event.target.closest("[data-desk-box-selection]")) {
      const found = window.deskSelection();
      if (!found) return;
      const edges = [found.box[0] - 1, found.box[1] - 1, found.box[2] + 1, found.box[3] + 1];
      if (active) change(active, edges);
      else add(edges);
    }
    const nudge = event.target.closest("[data-desk-nudge], [data-desk-stretch]");
    if (nudge && active) {
      const [right, down] = (nudge.dataset.deskNudge || nudge.dataset.deskStretch).split(" ").map(Number);
      (nudge.dataset.deskNudge ? move : stretch)(active, right * STEP, down * STEP);
    }
  });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // Before the desk's own keys: they leave alone what was answered here.
  document.addEventListener(
    "keydown",
    (event) => {
      if (!panel()?.open) return;
      if (event.key === "Escape") {
        event.preventDefault();
        panel().querySelector("[data-desk-placing-end]").click();
        return;
      }
      if (!active || !event.target.closest?.(".desk-box")) return;
      if (event.key === "Enter") {
        event.preventDefault();
        panel().querySelector("[data-desk-place-form]").requestSubmit();
      } else if (ARROWS[event.key]) {
        event.preventDefault();
        const [right, down] = ARROWS[event.key];
        (event.shiftKey ? stretch : move)(active, right * STEP, down * STEP);
      }
    },
    true,
  );

  document.addEventListener("pointerdown", (event) => {
    const group = event.target.closest?.(".desk-box");
    const box = group && boxes.find((one) => one.group === group);
    if (!box) return;
    event.preventDefault();
    group.focus({ preventScroll: true });
    choose(box);
    const inverse = drawing().getScreenCTM().inverse();
    const at = (where) => new DOMPoint(where.clientX, where.clientY).matrixTransform(inverse);
    const from = at(event);
    const [x0, y0, x1, y1] = box.edges;
    const corner = event.target.dataset.corner;
    group.setPointerCapture(event.pointerId);
    const drag = (moved) => {
      const here = at(moved);
      const dx = here.x - from.x;
      const dy = here.y - from.y;
      if (!corner) {
        box.edges = [x0, y0, x1, y1];
        move(box, dx, dy);
        return;
      }
      change(box, [
        corner.includes("w") ? Math.min(x0 + dx, x1 - SMALLEST) : x0,
        corner.includes("n") ? Math.min(y0 + dy, y1 - SMALLEST) : y0,
        corner.includes("e") ? x1 + dx : x1,
        corner.includes("s") ? y1 + dy : y1,
      ]);
    };
    group.addEventListener("pointermove", drag);
    group.addEventListener("pointerup", () => group.removeEventListener("pointermove", drag), { once: true });
    group.addEventListener("pointercancel", () => group.removeEventListener("pointermove", drag), { once: true });
  });
})();
