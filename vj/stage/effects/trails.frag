// Feedback: what was there stays for a while, grows, turns and changes its colour.
// previous: float
// skip when: decay = 0
uniform float decay;   // 0..0.99 = 0.92, smooth 0.2: how much of a trail is left a 30th later
uniform float zoom;    // -1..1 = 0.25, smooth 0.3, unit /s: how fast trails grow
uniform float spin;    // -180..180 = 0, smooth 0.3, unit deg/s: how fast trails turn
uniform float hue;     // -1..1 = 0.1, smooth 0.3, unit turns/s: how fast trails change colour
uniform float person;  // 0..1 = 0, smooth 0.3: 0 everything leaves trails, 1 people only
uniform float lighten; // 0..1 = 1, smooth 0.3: 1 trails shine through the picture, 0 they cover it

void main() {
    vec4 now = here(picture);
    vec2 aspect = vec2(size.x / size.y, 1.0);
    vec2 from = turn((uv - 0.5) * aspect, -spin * dt) * exp(-zoom * dt) / aspect + 0.5;
    vec4 old = finite(texture(previous, from));
    float keep = per_frame(decay);
    vec3 trail = clamp(turn_hue(old.rgb, hue * dt), 0.0, 1.0);

    // In front of a trail stands the person; a trail of people fades into what is behind it.
    float covers = keep * mix(1.0, old.a * (1.0 - now.a), person);
    vec3 covered = mix(now.rgb, trail, covers);

    // Light adds only where it is brighter as a whole: else turning hues wash out to gray.
    vec3 glow = trail * keep * mix(1.0, old.a, person);
    glow *= smoothstep(-0.1, 0.2, luma(glow) - luma(now.rgb));
    vec3 shining = max(now.rgb, glow);
    color = vec4(mix(covered, shining, lighten), max(now.a, old.a * keep * step(0.001, person)));
}
