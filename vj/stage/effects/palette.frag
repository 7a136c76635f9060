// Light becomes colour: dark to bright along a row of colours, which can wander.
// skip when: amount = 0
// uses: filters
// compiled in: colours
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of it is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int colours;   // heat|ocean|rainbow|viridis|gold = heat: the row of colours
uniform float turns;   // 0.5..6 = 1, smooth 0.2: how often the row is gone through
uniform float drift;   // -1..1 = 0, smooth 0.3, unit turns/beat: lets the colours wander
uniform float keep;    // 0..1 = 0, smooth 0.15: how much of the picture's own light and shade stays

vec4 tap(vec2 at, float radius) { return texture(picture, at); }

void main() {
    vec4 now = here(picture);
    float light = luma(now.rgb), at = light * turns + drift * beat;
    // There and back again, so that the row has no seam; once through, it stays as it is.
    if (turns > 1.0 || drift != 0.0) at = 1.0 - abs(1.0 - mod(at, 2.0));
    vec3 rgb = mapped(clamp(at, 0.0, 1.0), colours);
    rgb = mix(rgb, rgb * (0.25 + 0.95 * light) + 0.12 * (now.rgb - light), keep);
    color = vec4(mix(now.rgb, clamp(rgb, 0.0, 1.0), amount * within(region, now.a)), now.a);
}
