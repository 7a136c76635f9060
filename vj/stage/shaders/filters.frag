
// The picture filters that `// uses: filters` puts in front of an effect. Lengths are shares of the
// picture's height, so that a filter looks alike at every size; `coarse` 0..1 is its own size.
// The effect says how the picture is read: the mean colour within about `radius` around `at`.
vec4 tap(vec2 at, float radius);

const int BLUR = 0, PIXELATE = 1, CARTOON = 2, SKETCH = 3, EMBOSS = 4, SEPIA = 5, MAP = 6, EDGES = 7,
          INVERT = 8, FILTERS = 9;

// Eight places on a circle, each compass point once.
const vec2 RING[8] = vec2[](vec2(1.0, 0.0), vec2(0.7071, 0.7071), vec2(0.0, 1.0),
    vec2(-0.7071, 0.7071), vec2(-1.0, 0.0), vec2(-0.7071, -0.7071), vec2(0.0, -1.0),
    vec2(0.7071, -0.7071));

vec2 moved(vec2 at, vec2 by) { return at + by * vec2(size.y / size.x, 1.0); }

vec3 blurred(vec2 at, float coarse) {
    float radius = mix(0.006, 0.09, coarse * coarse);
    vec3 sum = tap(at, radius * 0.5).rgb * 0.2;
    for (int i = 0; i < 8; i++) {
        float out_ = i % 2 == 0 ? 0.6 : 1.1;
        sum += tap(moved(at, RING[i] * radius * out_), radius * 0.5).rgb * (i % 2 == 0 ? 0.12 : 0.08);
    }
    return sum;
}

vec3 pixelated(vec2 at, float coarse) {
    float block = 1.0 / floor(mix(90.0, 9.0, sqrt(coarse)));
    vec2 tiles = vec2(size.x / size.y, 1.0) / block;
    vec2 middle = (floor((at - 0.5) * tiles) + 0.5) / tiles + 0.5;
    vec3 sum = vec3(0.0);
    for (int i = 1; i < 8; i += 2)
        sum += tap(moved(middle, RING[i] * block * 0.35), block * 0.25).rgb;
    return sum * 0.25;
}

// Flat colours in a few tones, dark lines where the light changes.
vec3 cartooned(vec2 at, float coarse) {
    float radius = mix(0.004, 0.022, coarse);
    vec3 middle = tap(at, radius * 0.3).rgb, sum = middle, around = vec3(0.0);
    float weights = 1.0;
    for (int i = 0; i < 8; i++) {
        vec3 there = tap(moved(at, RING[i] * radius), radius * 0.4).rgb, off = there - middle;
        float weight = exp(-dot(off, off) * 30.0);
        sum += there * weight;
        weights += weight;
        around += there * 0.125;
    }
    vec3 flat_ = sum / weights;
    float light = luma(flat_), tone = light * 5.0;
    float step_ = (floor(tone) + smoothstep(0.35, 0.65, fract(tone))) / 5.0;
    vec3 rgb = flat_ * mix(1.0, step_ / max(light, 0.02), 0.75) + 0.03;
    rgb = mix(vec3(luma(rgb)), rgb, 1.45);
    float line = smoothstep(0.018, 0.07, luma(around) - luma(middle));
    return clamp(rgb * (1.0 - 0.85 * line), 0.0, 1.0);
}

// A pencil on paper: lines where the light falls off, hatching in the shade.
vec3 sketched(vec2 at, float coarse) {
    float radius = mix(0.004, 0.016, coarse);
    float middle = luma(tap(at, radius * 0.2).rgb), around = 0.0;
    for (int i = 0; i < 8; i++)
        around += 0.125 * luma(tap(moved(at, RING[i] * radius), radius * 0.6).rgb);
    float lines = clamp((middle + 0.03) / (around + 0.03), 0.0, 1.0);
    float ink = smoothstep(0.0, 0.45, 1.0 - lines);
    vec2 p = (at - 0.5) * vec2(size.x / size.y, 1.0) / mix(0.009, 0.03, coarse);
    float first = 0.5 + 0.5 * sin(6.2831853 * (p.x * 0.6 + p.y * 0.8));
    float second = 0.5 + 0.5 * sin(6.2831853 * (p.x * 0.7 - p.y * 0.7));
    float shade = 1.0 - around;
    float hatch = first * smoothstep(0.45, 0.85, shade) * 0.55
                + second * smoothstep(0.65, 1.0, shade) * 0.45;
    return mix(vec3(0.97, 0.955, 0.92), vec3(0.13, 0.13, 0.16), clamp(ink + hatch, 0.0, 1.0));
}

vec3 embossed(vec2 at, float coarse) {
    float radius = mix(0.002, 0.012, coarse);
    vec3 lit = tap(moved(at, vec2(-radius)), radius * 0.6).rgb;
    vec3 dark = tap(moved(at, vec2(radius)), radius * 0.6).rgb;
    vec3 own = tap(at, radius).rgb;
    float relief = luma(lit) - luma(dark);
    return clamp(vec3(0.5 + 1.6 * relief) + 0.25 * (own - luma(own)), 0.0, 1.0);
}

// Lines of light in the picture's own colours on black.
vec3 edged(vec2 at, float coarse) {
    float radius = mix(0.002, 0.009, coarse);
    vec3 across = vec3(0.0), down = vec3(0.0), mean = vec3(0.0);
    for (int i = 0; i < 8; i++) {
        vec3 there = tap(moved(at, RING[i] * radius), radius * 0.5).rgb;
        across += there * RING[i].x;
        down += there * RING[i].y;
        mean += there * 0.125;
    }
    float strength = sqrt(max(dot(across, across), dot(down, down)));
    vec3 hue = mean / max(max(mean.r, max(mean.g, mean.b)), 0.05);
    return clamp(mix(vec3(luma(hue)), hue, 1.5), 0.0, 1.0) * smoothstep(0.1, 0.8, strength);
}

vec3 five(float x, vec3 a, vec3 b, vec3 c, vec3 d, vec3 e) {
    x *= 4.0;
    vec3 low = mix(mix(a, b, clamp(x, 0.0, 1.0)), c, clamp(x - 1.0, 0.0, 1.0));
    return mix(mix(low, d, clamp(x - 2.0, 0.0, 1.0)), e, clamp(x - 3.0, 0.0, 1.0));
}

// From dark to light: heat, ocean, rainbow, viridis, gold.
vec3 mapped(float light, int palette) {
    if (palette == 0) return five(light, vec3(0.0, 0.0, 0.03), vec3(0.38, 0.02, 0.42),
        vec3(0.86, 0.19, 0.2), vec3(0.99, 0.65, 0.13), vec3(1.0, 1.0, 0.86));
    if (palette == 1) return five(light, vec3(0.0, 0.01, 0.08), vec3(0.02, 0.14, 0.4),
        vec3(0.02, 0.45, 0.62), vec3(0.35, 0.82, 0.77), vec3(0.97, 1.0, 0.95));
    if (palette == 2) return five(light, vec3(0.14, 0.0, 0.6), vec3(0.0, 0.55, 1.0),
        vec3(0.1, 0.9, 0.35), vec3(1.0, 0.85, 0.05), vec3(0.85, 0.05, 0.05));
    if (palette == 3) return five(light, vec3(0.267, 0.005, 0.329), vec3(0.231, 0.318, 0.545),
        vec3(0.129, 0.569, 0.549), vec3(0.369, 0.788, 0.384), vec3(0.992, 0.906, 0.145));
    return five(light, vec3(0.04, 0.02, 0.02), vec3(0.29, 0.13, 0.04), vec3(0.67, 0.42, 0.1),
        vec3(0.95, 0.76, 0.32), vec3(1.0, 0.97, 0.84));
}

vec3 filtered(int fx, vec2 at, float coarse, int palette) {
    if (fx == BLUR) return blurred(at, coarse);
    if (fx == PIXELATE) return pixelated(at, coarse);
    if (fx == CARTOON) return cartooned(at, coarse);
    if (fx == SKETCH) return sketched(at, coarse);
    if (fx == EMBOSS) return embossed(at, coarse);
    if (fx == EDGES) return edged(at, coarse);
    vec3 rgb = tap(at, 0.0).rgb;
    if (fx == SEPIA) return min(rgb * mat3(0.393, 0.769, 0.189, 0.349, 0.686, 0.168,
                                           0.272, 0.534, 0.131), 1.0);
    if (fx == MAP) return mapped(luma(rgb), palette);
    return 1.0 - rgb;
}
