// A night at the depot, drawn frame by frame: orders arrive, late ones are expected, rounds are built, vans leave. The
// lowest part of the picture is reserved for captions.
export const WIDTH = 1280;
export const HEIGHT = 720;
export const SECONDS = 30;
/** The most informative moment, shown before the video plays. */
export const POSTER = 17.4;

const GREEN = "#00573d";
const DEEP = "#004630";
const WHITE = "#ffffff";
const YELLOW = "#ffd21f";
const INK = "#17201c";
const FAMILY = '"Avenir Next", "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

const DEPOT = [800, 330];
/** Each round's stops in the order in which they are driven. */
const ROUNDS = [
  [
    [716, 236],
    [640, 168],
    [694, 100],
    [790, 84],
    [826, 172],
  ],
  [
    [902, 246],
    [936, 150],
    [1036, 104],
    [1130, 168],
    [1044, 250],
  ],
  [
    [920, 366],
    [1046, 338],
    [1162, 372],
    [1132, 488],
    [1004, 470],
  ],
  [
    [850, 432],
    [812, 530],
    [690, 516],
    [606, 420],
    [690, 366],
  ],
];
/** Stops whose orders come in at five: round and place in it. */
const LATE = [
  [0, 2],
  [1, 3],
  [3, 3],
];
/** The unexpected turn, and where round 3 continues with it. */
const SURPRISE = { round: 2, after: 2, at: [1216, 440] };

const SCENES = [
  { from: 0, clock: "22:00", title: ["Orders", "arrive"], figure: (t) => `${Math.round(412 * ease(t / 4))} orders` },
  { from: 6, clock: "23:30", title: ["Late ones", "are expected"], figure: () => "37 reserved" },
  { from: 12, clock: "01:00", title: ["Rounds", "are built"], figure: (t) => miles(t) },
  { from: 18.5, clock: "05:10", title: ["One more", "fits in"], figure: () => "+4 minutes" },
  { from: 24, clock: "06:00", title: ["Every van", "knows its", "round"], figure: () => "" },
];

const miles = (t) => `${(1214 - Math.round(133 * ease((t - 2.5) / 2.5))).toLocaleString("en")} miles`;
const clamp = (value) => Math.min(1, Math.max(0, value));
const ease = (value) => 1 - (1 - clamp(value)) ** 3;

export function draw(context, seconds) {
  const index = SCENES.findLastIndex(({ from }) => seconds >= from);
  const scene = SCENES[index];
  const into = seconds - scene.from;
  context.reset();
  sign(context);
  words(context, scene, into, index);
  rounds(context, seconds);
  stops(context, seconds);
  depot(context);
  vans(context, seconds);
}

function sign(context) {
  context.fillStyle = GREEN;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.strokeStyle = WHITE;
  context.lineWidth = 5;
  context.beginPath();
  context.roundRect(14, 14, WIDTH - 28, HEIGHT - 28, 26);
  context.stroke();
}

function words(context, { clock, title, figure }, into, index) {
  const shown = index === 0 ? 1 : ease(into / 0.6);
  context.textBaseline = "alphabetic";
  context.fillStyle = YELLOW;
  context.beginPath();
  context.roundRect(64, 64, 214, 84, 12);
  context.fill();
  context.fillStyle = INK;
  context.font = `700 60px ${FAMILY}`;
  context.fillText(clock, 84, 128);
  context.globalAlpha = shown;
  context.fillStyle = WHITE;
  context.font = `700 72px ${FAMILY}`;
  title.forEach((line, row) => context.fillText(line, 64, 258 + 86 * row));
  context.fillStyle = YELLOW;
  context.font = `600 50px ${FAMILY}`;
  context.fillText(figure(into), 64, 270 + 86 * title.length);
  context.globalAlpha = 1;
}

const isLate = (round, place) => LATE.some(([r, p]) => r === round && p === place);

function stops(context, seconds) {
  ROUNDS.forEach((places, round) =>
    places.forEach((place, index) => {
      const late = isLate(round, index);
      const order = late ? LATE.findIndex(([r]) => r === round) : round + index * ROUNDS.length;
      const since = seconds - (late ? 6.8 + 0.9 * order : 0.4 + 0.2 * order);
      if (since > 0 || seconds === 0)
        stop(context, place, ease(since / 0.4), late && seconds < 19.5 ? "hollow" : "full");
    }),
  );
  const since = seconds - 19.2;
  if (since > 0) stop(context, SURPRISE.at, ease(since / 0.4), "new");
}

function stop(context, [x, y], grown, kind) {
  const radius = 17 * grown;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = kind === "full" ? WHITE : kind === "hollow" ? DEEP : YELLOW;
  context.fill();
  if (kind === "full") return;
  context.lineWidth = 6;
  context.strokeStyle = YELLOW;
  if (kind === "hollow") context.setLineDash([10, 8]);
  context.stroke();
  context.setLineDash([]);
}

function rounds(context, seconds) {
  if (seconds < 12.6) return;
  ROUNDS.forEach((places, round) => {
    const drawn = ease((seconds - 12.6 - 0.7 * round) / 2.2);
    const detour = round === SURPRISE.round ? ease((seconds - 20.4) / 1.2) : 0;
    const path = routeOf(places, round, detour);
    context.lineWidth = 9;
    context.lineJoin = "round";
    context.strokeStyle = detour > 0 && seconds < 24 ? YELLOW : "rgb(255 255 255 / 78%)";
    trace(context, path, drawn);
  });
}

// The round from the depot and back; the detour grows out of the way between two stops.
function routeOf(places, round, detour) {
  const path = [DEPOT, ...places, DEPOT];
  if (round !== SURPRISE.round || detour === 0) return path;
  const [a, b] = [path[SURPRISE.after + 1], path[SURPRISE.after + 2]];
  const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  path.splice(
    SURPRISE.after + 2,
    0,
    SURPRISE.at.map((to, axis) => middle[axis] + (to - middle[axis]) * detour),
  );
  return path;
}

const lengths = (path) => path.slice(1).map(([x, y], at) => Math.hypot(x - path[at][0], y - path[at][1]));

/** The point so far along the path, and the corner behind it. */
function along(path, part) {
  const all = lengths(path);
  let left = part * all.reduce((sum, length) => sum + length, 0);
  for (let at = 0; at < all.length; at += 1) {
    if (left <= all[at] || at === all.length - 1) {
      const [[ax, ay], [bx, by]] = [path[at], path[at + 1]];
      const share = clamp(left / all[at]);
      return { point: [ax + (bx - ax) * share, ay + (by - ay) * share], corner: at };
    }
    left -= all[at];
  }
}

function trace(context, path, part) {
  if (part <= 0) return;
  const { point, corner } = along(path, part);
  context.beginPath();
  context.moveTo(...path[0]);
  for (const passed of path.slice(1, corner + 1)) context.lineTo(...passed);
  context.lineTo(...point);
  context.stroke();
}

function depot(context) {
  const [x, y] = DEPOT;
  context.fillStyle = WHITE;
  context.strokeStyle = GREEN;
  context.lineWidth = 6;
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x - 40, y + 34);
  context.lineTo(x - 40, y - 12);
  context.lineTo(x, y - 40);
  context.lineTo(x + 40, y - 12);
  context.lineTo(x + 40, y + 34);
  context.closePath();
  context.fill();
  context.stroke();
  context.fillStyle = GREEN;
  context.fillRect(x - 18, y - 2, 36, 36);
}

function vans(context, seconds) {
  if (seconds < 24.4) return;
  ROUNDS.forEach((places, round) => {
    const since = seconds - 24.4 - 0.5 * round;
    if (since <= 0) return;
    // Steady, as vans are; by the end they are on the way and not yet back.
    const { point } = along(routeOf(places, round, 1), clamp(since / 9));
    van(context, point, round + 1);
  });
}

function van(context, [x, y], number) {
  context.fillStyle = YELLOW;
  context.strokeStyle = GREEN;
  context.lineWidth = 5;
  context.beginPath();
  context.roundRect(x - 34, y - 25, 68, 50, 10);
  context.fill();
  context.stroke();
  context.fillStyle = INK;
  context.font = `700 36px ${FAMILY}`;
  context.textAlign = "center";
  context.fillText(number, x, y + 13);
  context.textAlign = "start";
}
