// Colours come from the page that holds the chat: see that everything on them can be read.
const LIGHT = { surface: "#ffffff", log: "#f6f8f7", theirs: "#e9eeec", ink: "#1c2321", soft: "#4b5653", line: "#c9d0cd", notice: "#fdf3d8", "on-notice": "#4a3a06" };
const DARK = { surface: "#1a201e", log: "#131817", theirs: "#2a3330", ink: "#e8edeb", soft: "#b6c0bc", line: "#46514d", notice: "#3a3114", "on-notice": "#f6e7b8" };
const TEXT = 4.5, EDGE = 3; // WCAG 2.2, 1.4.3 and 1.4.11

const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const hex = (parts) => `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
const mix = (colour, to, share) => {
  const end = rgb(to);
  return hex(rgb(colour).map((part, at) => part + (end[at] - part) * share));
};
const known = (colour) => {
  const given = (colour || "").trim().toLowerCase();
  if (/^#[0-9a-f]{3}$/.test(given)) return `#${[...given.slice(1)].map((digit) => digit + digit).join("")}`;
  return /^#[0-9a-f]{6}$/.test(given) ? given : null;
};
const luminance = (colour) => {
  const [r, g, b] = rgb(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const blackOrWhite = (ground) => (contrast(ground, "#ffffff") >= TEXT ? "#ffffff" : "#000000");
// The nearest shade of a colour that stands out from all of some grounds.
const standingOut = (colour, grounds, least) => {
  const end = blackOrWhite(grounds[0]);
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mix(colour, end, share);
    if (grounds.every((ground) => contrast(shade, ground) >= least)) return shade;
  }
  return end;
};

// All colours of the chat, from the accent and, if the page names one, the ground.
const palette = (accent, ground, dark) => {
  const base = ground ? onGround(ground) : dark ? DARK : LIGHT;
  const grounds = [base.surface, base.log, base.theirs];
  return {
    ...base,
    accent,
    "on-accent": blackOrWhite(accent),
    link: standingOut(accent, grounds, TEXT),
    edge: standingOut(accent, grounds, EDGE),
    border: standingOut(base.line, [base.surface], EDGE),
  };
};
const onGround = (ground) => {
  const ink = blackOrWhite(ground), base = ink === "#000000" ? LIGHT : DARK;
  // A shade of the ground, on the side that leaves its text readable.
  const other = ink === "#000000" ? "#ffffff" : "#000000";
  const shade = (share) => [mix(ground, ink, share), mix(ground, other, share)].find((one) => contrast(one, ink) >= TEXT + 1.5) || mix(ground, other, share);
  const theirs = shade(0.09), log = shade(0.03), grounds = [ground, log, theirs];
  return {
    ...base,
    surface: ground,
    log,
    theirs,
    ink: standingOut(base.ink, grounds, TEXT),
    soft: standingOut(base.soft, grounds, TEXT),
    line: mix(ground, ink, 0.25),
  };
};
