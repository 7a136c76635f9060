// Light becomes colour: dark to bright along a row of colours, which can wander; or the colours that
// the painting, and so its style, has where it is as bright.
// skip when: amount = 0
// uses: filters
// mipmaps: styled
// compiled in: colours
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of it is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int colours;   // heat|ocean|rainbow|viridis|gold|painting = heat: the row of colours
uniform float turns;   // 0.5..6 = 1, smooth 0.2: how often the row is gone through
uniform float drift;   // -1..1 = 0, smooth 0.3, unit turns/beat: lets the colours wander
uniform float keep;    // 0..1 = 0, smooth 0.15: how much of the picture's own light and shade stays

vec4 tap(vec2 at, float radius) { return here(picture); } // no filter of those is used

// The mean colour of what in the painting is about as bright, in places spread all over it.
vec3 painted(float light) {
    float level = log2(max(float(textureSize(styled, 0).y) / 12.0, 1.0));
    vec3 sum = vec3(light) * 0.02;
    float weights = 0.02;
    for (int i = 0; i < 24; i++) {
        vec2 at = fract(vec2(0.5 + float(i) * 0.7548777, 0.5 + float(i) * 0.5698403));
        vec3 there = textureLod(styled, at, level).rgb;
        float off = luma(there) - light, weight = exp(-60.0 * off * off);
        sum += there * weight;
        weights += weight;
    }
    // As bright as asked for: the picture's own drawing must not get lost.
    vec3 hue = sum / weights;
    return hue * light / max(luma(hue), 0.02);
}

void main() {
    vec4 now = here(picture);
    float light = luma(now.rgb), at = light * turns + drift * beat;
    // There and back again, so that the row has no seam; once through, it stays as it is.
    if (turns > 1.0 || drift != 0.0) at = 1.0 - abs(1.0 - mod(at, 2.0));
    vec3 rgb = colours == 5 ? painted(at) : mapped(clamp(at, 0.0, 1.0), colours);
    rgb = mix(rgb, rgb * (0.25 + 0.95 * light) + 0.12 * (now.rgb - light), keep);
    color = vec4(mix(now.rgb, clamp(rgb, 0.0, 1.0), amount * within(region, now.a)), now.a);
}
