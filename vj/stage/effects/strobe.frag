// Light on the beat. More than three flashes a second are held back unless the rig lets them.
// skip when: amount = 0
// compiled in: to
uniform float amount;  // 0..1 = 0, smooth 0.05: how strong the flashes are
uniform int region;    // all|person|background = all: where it is seen
uniform int to;        // black|white|invert|gray = black: what the picture becomes in between
uniform float rate;    // 0.25..8 = 1, smooth 0, exp: flashes per beat
uniform float duty;    // 0.05..0.95 = 0.5, smooth 0.1: share of the time the picture is seen
uniform float soft;    // 0..1 = 0.1, smooth 0.1: 0 switches, 1 swells

void main() {
    vec4 now = here(picture);
    float at = fract(beat * rate), wide = max(0.5 * soft * min(duty, 1.0 - duty), 1e-3);
    float off = smoothstep(duty - wide, duty + wide, at);
    off *= 1.0 - smoothstep(1.0 - wide, 1.0, at);
    vec3 there = vec3(0.0);
    if (to == 1) there = vec3(1.0);
    if (to == 2) there = 1.0 - now.rgb;
    if (to == 3) there = vec3(luma(now.rgb));
    color = vec4(mix(now.rgb, there, amount * off * within(region, now.a)), now.a);
}
