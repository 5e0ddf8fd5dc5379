// A look into a run: pictures of its frames, its curves, and its training while it goes on.

const VIEWS = {
  compare: ["frame", "render", "error"],
  tracking: ["mesh", "landmarks"],
  regions: ["regions", "matte"],
  gaussians: ["render", "gaussians"],
};
const ORBIT = "orbit";
const LABELS = {
  orbit: "Orbit",
  frame: "truth", render: "render", error: "error", mesh: "rig", landmarks: "landmarks", regions: "regions",
  matte: "matte", gaussians: "Gaussians",
  compare: "Truth, render, error", tracking: "Tracking",
};
const label = (name) => LABELS[name] ?? name;
const by = (id) => document.getElementById(id);
const POLL_MS = 2000;

let run = null, series = null, view = "tracking", row = 0, timer = null, chosen = false;

async function ask(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(Object.values(body.error ?? { what: answer.statusText }).filter(Boolean).join(" "));
  return body;
}

function say(text) { by("message").textContent = text; }

function views() {
  const there = Object.keys(VIEWS).filter((name) => VIEWS[name].some((layer) => run.layers.includes(layer)));
  if (run.finished) there.push(ORBIT);
  if (!chosen && run.layers.includes("render")) view = "compare";
  if (!there.includes(view)) view = there[0];
  by("views").replaceChildren(...there.map((name) => {
    const button = document.createElement("button");
    button.textContent = label(name)[0].toUpperCase() + label(name).slice(1);
    button.setAttribute("aria-pressed", String(name === view));
    button.onclick = () => { view = name; chosen = true; views(); show(true); };
    return button;
  }));
}

function orbit() {
  const of = `${ORBIT} ${run.avatar}`;
  if (by("stage").dataset.view === of) return;
  by("stage").dataset.view = of;
  const frame = document.createElement("iframe");
  frame.src = "/avatar"; frame.title = "The avatar, to be turned"; frame.allow = "microphone";
  by("stage").replaceChildren(frame);
}

let wanted = 0;
async function show(anew = false) {
  if (!run?.frames) return;
  if (view === ORBIT) { orbit(); where(); return; }
  const layers = VIEWS[view].filter((layer) => run.layers.includes(layer));
  if (anew || by("stage").dataset.view !== layers.join()) {
    by("stage").dataset.view = layers.join();
    by("stage").replaceChildren(...layers.map((layer) => {
      const figure = document.createElement("figure"), image = new Image(), words = document.createElement("figcaption");
      image.alt = `${label(layer)} of the frame`; words.textContent = label(layer);
      figure.append(image, words);
      return figure;
    }));
  }
  const mine = ++wanted;
  const images = [...by("stage").querySelectorAll("img")];
  await Promise.all(layers.map(async (layer, place) => {
    const answer = await fetch(`/picture/${layer}/${row}?of=${run.avatar ?? ""}`);
    if (!answer.ok) { say(`${label(layer)}: ${(await answer.json()).error?.what ?? answer.statusText}`); return; }
    const url = URL.createObjectURL(await answer.blob());
    if (mine !== wanted) { URL.revokeObjectURL(url); return; }
    const image = images[place], before = image.src;
    image.src = url;
    await image.decode().catch(() => {});
    image.style.setProperty("--shape", `${image.naturalWidth} / ${image.naturalHeight}`);
    if (before.startsWith("blob:")) URL.revokeObjectURL(before);
  }));
  where();
}

function where() {
  const held = row >= run.held_out_from ? ", held out" : "";
  const time = series ? `${series.time_s[row]?.toFixed(2)} s, ` : "";
  by("where").textContent = `${time}frame ${series ? series.frame_index[row] : row}${held}`;
  by("row").setAttribute("aria-valuetext", by("where").textContent);
  for (const mark of document.querySelectorAll(".now")) {
    const x = (row / Math.max(1, run.frames - 1)) * 600;
    mark.setAttribute("x1", x); mark.setAttribute("x2", x);
  }
}

function curve(title, unit, lines, start = 0, count = run.frames) {
  const known = lines.flat().filter((value) => value !== null);
  const digits = Math.max(...known) < 1 ? 3 : 1;
  if (!known.length) return document.createTextNode("");
  let low = Math.min(...known), high = Math.max(...known);
  if (high - low < 1e-9) high = low + 1;
  const colours = ["--accent", "--second", "--third"];
  const paths = lines.map((line, k) => {
    let path = "", pen = "M";
    line.forEach((value, place) => {
      if (value === null) { pen = "M"; return; }
      const x = ((start + place) / Math.max(1, count - 1)) * 600, y = 58 - ((value - low) / (high - low)) * 52;
      path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`; pen = "L";
    });
    return `<path d="${path}" fill="none" stroke="var(${colours[k % 3]})" stroke-width="1.2"/>`;
  });
  const box = document.createElement("div");
  box.innerHTML = `<svg viewBox="0 -14 600 76" role="img"><title></title>${paths.join("")}
    <line class="now" y1="0" y2="60" stroke="var(--ink)" stroke-width="1" opacity=".5"/>
    <text x="0" y="-4"></text><text x="600" y="-4" text-anchor="end">${low.toFixed(digits)} to ${high.toFixed(digits)}</text></svg>`;
  box.querySelector("title").textContent = title;
  box.querySelector("text").textContent = `${title}, ${unit}`;
  box.querySelector("svg").onclick = (event) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    go(Math.round(((event.clientX - bounds.left) / bounds.width) * (run.frames - 1)));
  };
  return box;
}

function curves() {
  const tested = Object.entries(series.psnr_db).map(([, values]) => values);
  by("curves").replaceChildren(
    curve("Head: yaw, pitch, roll", "degrees", series.angles_deg),
    curve("Opening of the lips", "mm", [series.lips_mm]),
    curve("Landmark error", "pixels", [series.error_px]),
    ...(tested.length ? [curve("Held-out PSNR: as tracked, refined", "dB", tested, run.held_out_from)] : []),
  );
}

function figures() {
  const m = run.metrics, found = [], add = (name, value) => value !== undefined && found.push([name, value]);
  add("Clip", run.clip);
  add("Frames", run.frames || undefined);
  add("Focal length", m.tracking?.focal_px && `${m.tracking.focal_px.toFixed(0)} px`);
  add("Landmark error", m.tracking?.reprojection_px && `${m.tracking.reprojection_px.toFixed(2)} px`);
  for (const [key, words] of [["as_tracked", "as tracked"], ["refined", "refined"]]) {
    const whole = m.evaluation?.[key]?.whole;
    if (whole) add(`PSNR ${words}`, `${whole.psnr_db.toFixed(1)} dB`);
    if (whole?.lpips !== undefined) add(`LPIPS ${words}`, whole.lpips.toFixed(3));
  }
  for (const stage of run.stages) if (stage.seconds) add(`Time of ${stage.name}`, `${stage.seconds.toFixed(0)} s`);
  by("figures").replaceChildren(...found.map(([name, value]) => {
    const line = document.createElement("div"), term = document.createElement("dt"), of = document.createElement("dd");
    term.textContent = name; of.textContent = value;
    line.append(term, of);
    return line;
  }));
}

async function training() {
  const found = await ask("/api/training");
  by("training").hidden = !found.loss.length;
  if (!found.loss.length) return;
  const done = found.images.at(-1);
  by("progress").textContent = found.running ? `${done} of ${found.of} pictures` : `${found.seconds.at(-1).toFixed(0)} s`;
  const picture = curve("Loss", "by time", [found.loss], 0, found.loss.length);
  picture.querySelector(".now")?.remove();
  const svg = picture.querySelector("svg");
  svg.setAttribute("viewBox", "0 -30 600 92");
  svg.onclick = null; svg.style.cursor = "default"; svg.style.fontSize = "26px";
  by("loss").replaceChildren(picture);
}

function go(to) {
  row = Math.min(Math.max(0, to), run.frames - 1);
  by("row").value = row;
  return show();
}

async function play() {
  timer = timer ? null : {};
  const mine = timer;
  by("play").textContent = timer ? "❚❚" : "▶";
  by("play").setAttribute("aria-label", timer ? "Pause" : "Play");
  while (timer && timer === mine) {
    const began = performance.now();
    await go(row + 1 < run.frames ? row + 1 : 0);
    await new Promise((after) => setTimeout(after, Math.max(0, 40 - (performance.now() - began))));
  }
}

async function look() {
  try {
    const before = run;
    run = await ask("/api/run");
    const changed = !before || JSON.stringify(before) !== JSON.stringify(run);
    if (changed) {
      document.title = `${run.name} · Lifemask run`;
      by("name").textContent = run.name;
      by("stages").replaceChildren(...run.stages.map((stage) => {
        const item = document.createElement("li");
        item.textContent = stage.name; item.className = stage.state;
        item.title = `${stage.state}${stage.seconds ? `, ${stage.seconds.toFixed(0)} s` : ""}`;
        return item;
      }));
      by("row").max = Math.max(0, run.frames - 1);
      by("own").hidden = !run.finished;
      figures();
      if (run.layers.includes("mesh") && !(series && before?.stages.length === run.stages.length)) {
        series = await ask("/api/series").catch(() => null);
        if (series) curves();
      }
      if (run.layers.length) { views(); await show(); } else say("The clip is still being read.");
    }
    if (changed || run.training) await training();
    if (run.layers.length) say("");
  } catch (problem) {
    say(problem instanceof TypeError ? "The server has stopped." : problem.message);
  }
  setTimeout(look, POLL_MS);
}

by("row").oninput = () => go(Number(by("row").value));
by("play").onclick = play;
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, button, a") && event.key === " ") return;
  if (event.key === " ") { event.preventDefault(); play(); }
  if (event.target.matches("input")) return;
  if (event.key === "ArrowRight") go(row + (event.shiftKey ? 25 : 1));
  if (event.key === "ArrowLeft") go(row - (event.shiftKey ? 25 : 1));
});
look();
