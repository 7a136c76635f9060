// The picture written in signs: letters, shapes or figures, denser where it is brighter.
// skip when: amount = 0
// mipmaps: picture
// compiled in: signs
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of it is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int signs;     // letters|shapes|figures = letters: what it is written in
uniform float rows;    // 10..120 = 45, smooth 0: lines of writing
uniform float colour;  // 0..1 = 1, smooth 0.15: 0 is one colour, that of hue
uniform float hue;     // 0..1 = 0.36, smooth 0.15: that colour
uniform float ground;  // 0..1 = 0.12, smooth 0.15: how much of the picture shines through behind
uniform float flicker; // 0..1 = 0, smooth 0.15: how many signs change on the beat

// Five by five points each, from the bottom right, one bit a point; nine of each kind by weight.
const int SIGNS[27] = int[](
    128, 131200, 14336, 4357252, 15221262, 18157905, 15269425, 29349425, 33226431,
    4096, 145536, 405504, 4539716, 473536, 33080895, 4685252, 15728622, 33554431,
    4591758, 32540804, 15221262, 17464452, 15243551, 31504446, 15235630, 15252526, 15252014);

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    vec2 grid = vec2(floor(rows * size.x / size.y * 1.2), floor(rows));
    vec2 cell = floor(uv * grid), middle = (cell + 0.5) / grid;
    vec3 there = textureLod(picture, middle, log2(max(size.y / rows, 1.0))).rgb;
    float light = max(luma(there), 0.75 * max(there.r, max(there.g, there.b)));
    float which = pow(light, 0.8) * 9.6;
    which += 5.0 * (chance(cell + floor(beat * 4.0)) - 0.5) * step(chance(cell + 7.0), flicker);
    vec2 p = floor(fract(uv * grid) * vec2(6.0, 6.8) - vec2(0.5, 0.9));
    float lit = 0.0;
    if (which >= 1.0 && all(greaterThanEqual(p, vec2(0.0))) && all(lessThan(p, vec2(5.0)))) {
        int sign_ = SIGNS[signs * 9 + int(clamp(which, 1.0, 9.0)) - 1];
        lit = float((sign_ >> (24 - int(p.x) - 5 * int(p.y))) & 1);
    }
    vec3 wheel = clamp(abs(mod(hue * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
    vec3 own = there / max(max(there.r, max(there.g, there.b)), 0.05);
    vec3 pen = mix(0.15 + 0.85 * wheel, own, colour) * (0.2 + 0.95 * light);
    vec3 rgb = mix(there * ground, min(pen, 1.0), lit);
    color = vec4(mix(now.rgb, rgb, amount * within(region, now.a)), now.a);
}
