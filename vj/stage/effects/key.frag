// Takes out what has a certain light or colour, and shows something else there.
// skip when: amount = 0
// compiled in: by, fill
uniform float amount;  // 0..1 = 0, smooth 0.15: how far it is taken out
uniform int by;        // dark|bright|colour|background = dark: what is taken out
uniform int fill;      // black|camera|painting|trail = black: what is seen there instead
uniform float level;   // 0..1 = 0.3, smooth 0.15: light up to or from which; nearness of a colour
uniform float soft;    // 0..1 = 0.15, smooth 0.15: how soft the edge is
uniform float hue;     // 0..1 = 0.33, smooth 0.15: the colour to take out; 0.33 is green

void main() {
    vec4 now = here(picture);
    float light = luma(now.rgb), wide = 0.5 * soft + 0.005, out_;
    if (by == 0) out_ = 1.0 - smoothstep(level - wide, level + wide, light);
    else if (by == 1) out_ = smoothstep(level - wide, level + wide, light);
    else if (by == 2) {
        vec3 wheel = clamp(abs(mod(hue * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
        vec3 off = now.rgb - light, to = wheel - luma(wheel);
        float strength = length(off), same = dot(off, to) / max(strength * length(to), 1e-3);
        out_ = smoothstep(1.0 - level - wide, 1.0 - level + wide, same);
        out_ *= smoothstep(0.05, 0.15, strength);
    } else out_ = 1.0 - now.a;
    vec3 there = vec3(0.0);
    if (fill == 1) there = here(dry).rgb;
    if (fill == 2) there = here(styled).rgb;
    if (fill == 3) {
        vec3 old = finite(here(previous)).rgb;
        there = clamp(turn_hue(old, 0.25 * dt), 0.0, 1.0) * per_frame(0.97);
    }
    color = vec4(mix(now.rgb, there, amount * out_), now.a);
}
