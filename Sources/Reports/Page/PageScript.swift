/// The report's one inline script: it turns strips of frames into players. Without it the strips stay.
enum PageScript {
  static let player = #"""
    "use strict";
    const players = [];
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

    function player(figure) {
      const source = figure.querySelector("script[type='application/json']");
      if (!source) return;
      const clip = JSON.parse(source.textContent);
      const name = figure.querySelector("figcaption b").textContent;
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "scene");
      svg.setAttribute("viewBox", clip.box);
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", name);
      const button = document.createElement("button");
      button.type = "button";
      const slider = document.createElement("input");
      slider.type = "range";
      slider.min = 0;
      slider.max = clip.frames.length - 1;
      slider.value = 0;
      slider.setAttribute("aria-label", "Frame of " + name);
      const place = document.createElement("output");
      const controls = document.createElement("div");
      controls.className = "controls";
      controls.append(button, slider, place);
      const stage = document.createElement("div");
      stage.className = "stage";
      stage.append(svg, controls);
      figure.prepend(stage);
      figure.classList.add("plays");

      const self = { figure, playing: false, visible: false, wants: !calm.matches, frame: 0, due: 0 };
      const last = clip.frames.length - 1;
      self.show = function (frame) {
        self.frame = frame;
        svg.innerHTML = clip.frames[frame].map((shape) => clip.shapes[shape]).join("");
        slider.value = frame;
        place.textContent = (frame + 1) + " / " + (last + 1);
      };
      self.update = function () {
        const plays = self.wants && self.visible;
        if (plays && !self.playing) self.due = performance.now() + 1000 / clip.rate;
        self.playing = plays;
        button.textContent = self.wants ? "❚❚" : "►";
        button.setAttribute("aria-label", (self.wants ? "Pause " : "Play ") + name);
        if (plays) wake();
      };
      self.tick = function (now) {
        if (now < self.due) return;
        const atEnd = self.frame === last;
        self.show(atEnd ? 0 : self.frame + 1);
        // The last frame is held for a moment before the clip starts again.
        self.due = now + 1000 / clip.rate + (self.frame === last ? 700 : 0);
      };
      button.addEventListener("click", () => { self.wants = !self.wants; self.update(); });
      slider.addEventListener("input", () => {
        self.wants = false;
        self.update();
        self.show(Number(slider.value));
      });
      self.show(0);
      self.update();
      players.push(self);
    }

    """#

  static let start = #"""
    let awake = false;
    function wake() {
      if (awake) return;
      awake = true;
      requestAnimationFrame(run);
    }
    function run(now) {
      const playing = players.filter((each) => each.playing);
      playing.forEach((each) => each.tick(now));
      awake = playing.length > 0;
      if (awake) requestAnimationFrame(run);
    }
    document.querySelectorAll("figure.clip").forEach(player);
    const watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const each = players.find((one) => one.figure === entry.target);
        each.visible = entry.isIntersecting;
        each.update();
      }
    });
    players.forEach((each) => watcher.observe(each.figure));
    calm.addEventListener("change", () => players.forEach((each) => {
      each.wants = each.wants && !calm.matches;
      each.update();
    }));

    function openTarget() {
      const target = location.hash && document.getElementById(location.hash.slice(1));
      if (target && target.tagName === "DETAILS") target.open = true;
    }
    window.addEventListener("hashchange", openTarget);
    openTarget();
    let closed = [];
    window.addEventListener("beforeprint", () => {
      closed = [...document.querySelectorAll("details:not([open])")];
      closed.forEach((each) => { each.open = true; });
    });
    window.addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));

    """#

  /// Tables sort by the column whose heading is pressed; without the script they stay as they are.
  static let sorting = #"""
    const powers = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    function amount(text) {
      const plain = text.replace(/,/g, "").replace(/−/g, "-").replace(/^[<≈~]\s*/, "");
      const found = plain.match(/^-?\d+(\.\d+)?/);
      if (!found) return null;
      const power = plain.match(/·10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
      if (!power) return Number(found[0]);
      const exponent = Number([...power[2]].map((digit) => powers.indexOf(digit)).join(""));
      return Number(found[0]) * Math.pow(10, power[1] ? -exponent : exponent);
    }
    function order(first, second) {
      const [a, b] = [amount(first), amount(second)];
      if (a !== null && b !== null) return a - b;
      return a === null && b === null ? first.localeCompare(second) : null;
    }
    function sortable(table) {
      const body = table.tBodies[0];
      const heads = table.tHead ? [...table.tHead.rows[0].cells] : [];
      if (!body || body.rows.length < 3) return;
      heads.forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        head.textContent = "";
        head.append(button);
        button.addEventListener("click", () => {
          const falls = head.getAttribute("aria-sort") === "ascending"
            || (!head.hasAttribute("aria-sort") && head.classList.contains("number"));
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", falls ? "descending" : "ascending");
          const text = (row) => row.cells[column].textContent.trim();
          [...body.rows].sort((a, b) => {
            // What has no number stays at the end, whichever way the table is sorted.
            const by = order(text(a), text(b));
            return by === null ? (amount(text(a)) === null ? 1 : -1) : falls ? -by : by;
          }).forEach((row) => body.append(row));
        });
      });
    }
    document.querySelectorAll("table").forEach(sortable);

    """#
}
